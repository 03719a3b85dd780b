"""Search: what it finds and how it ranks, by rows, rights and moments; and that indexes serve it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from db import releases
from db.connection import engine, open_pool
from db.forgetting import forget
from db.models import Ministry, OrganizationName, Person, Term
from db.models.base import Grade
from db.models.organizations import NameKind, OrganizationKind
from db.models.search import MatchKind
from db.viewers import ANYONE, Scope, Viewer
from tests.conftest import execute
from tests.contract.answers import answered
from tests.schema.oracle.typed import keys
from tests.schema.oracle.world import ALL_SEEING, World, published_world
from tests.schema.search_cases import ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

QUERY = """query ($text: String!, $types: [FactType!], $release: Int, $day: Date) {
  search(text: $text, types: $types, atRelease: $release, asOf: $day, first: 1000) { totalCount nodes {
    rank match otherLayout text before matched after type nodeId node { id }
  } }
}"""
SECRET = Viewer("insider", "ministry:old", frozenset({Scope.SENSITIVE}))


def plain(part: str) -> str:
    return part.replace("[", "").replace("]", "")


def term(key: str, form: str, **said: Any) -> Term:
    given = {"grade": Grade.OPEN, "meaning": "뜻", "synonyms": []} | said
    return Term(id=f"term:{key}", form=form, **given)


def ministry(key: str, name: str) -> Ministry:
    return Ministry(id=f"ministry:{key}", grade=Grade.OPEN, kind=OrganizationKind.MINISTRY, name=name)


@pytest.fixture(scope="module")
def cases(server_url: sa.URL, empty_template: sa.URL) -> Iterator[World]:
    """A term for each text of the table."""

    async def publish(url: sa.URL) -> None:
        texts = dict.fromkeys(plain(part) for *_, part in ROWS)
        async with engine(url) as writer:
            await releases.publish(writer, "하나", put=[term(str(n), text) for n, text in enumerate(texts)])

    with published_world(server_url, publish, empty_template) as world:
        yield world


@pytest.fixture(scope="module")
def changed(server_url: sa.URL, empty_template: sa.URL) -> Iterator[World]:
    """Three releases: names that change, that are not for all, that held for a time, and a person."""

    def name(key: str, text: str, kind: NameKind, **said: Any) -> OrganizationName:
        return OrganizationName(
            id=f"name:{key}",
            **({"grade": Grade.OPEN, "organization_id": "ministry:new", "name": text, "kind": kind} | said),
        )

    async def publish(url: sa.URL) -> None:
        async with engine(url) as writer:
            first = [
                ministry("new", "과학기술정보통신부"),
                ministry("old", "산업통상부"),
                name("new", "과학기술정보통신부", NameKind.OFFICIAL, valid_from=date(2017, 7, 26)),
                name(
                    "former",
                    "미래창조과학부",
                    NameKind.FORMER,
                    valid_from=date(2013, 3, 23),
                    valid_to=date(2017, 7, 25),
                ),
                term("secret", "비밀과제", grade=Grade.SENSITIVE, owner_id="ministry:old"),
                term("changing", "처음이름", synonyms=["다른이름", "처음이름표"]),
                term("gone", "없어질이름"),
                Person(id="person:hong", grade=Grade.OPEN, name="홍길동"),
            ]
            await releases.publish(writer, "하나", put=first)
            await releases.publish(writer, "둘", put=[term("changing", "나중이름")], remove=["term:gone"])
            async with writer.begin() as connection:
                await forget(connection, "person:hong", "요청")

    with published_world(server_url, publish, empty_template) as world:
        yield world


def hits(world: World, text: str, viewer: Viewer = ALL_SEEING, **variables: Any) -> list[Any]:
    world.viewer = viewer
    try:
        found: list[Any] = world.answer(QUERY, {"text": text, **variables})["search"]["nodes"]
    finally:
        world.viewer = ALL_SEEING
    return found


def test_there_are_enough_cases_of_each_kind() -> None:
    kinds: dict[str, int] = defaultdict(int)
    for about, *_ in ROWS:
        kinds[about] += 1
    assert len(ROWS) >= 120
    assert min(kinds.values()) >= 3
    assert sum(match == "NONE" for _, _, match, _ in ROWS) >= 25


@pytest.mark.parametrize("row", ROWS, ids=" ".join)
def test_case(cases: World, row: tuple[str, ...]) -> None:
    _, needle, match, part = row
    found = [hit for hit in hits(cases, needle) if hit["text"] == plain(part)]
    if match == "NONE":
        assert found == []
        return
    (hit,) = found
    assert f"{hit['before']}[{hit['matched']}]{hit['after']}" == part
    assert (hit["match"], hit["otherLayout"]) == (match.rstrip("*"), match.endswith("*"))


def test_filters_find_what_search_does(cases: World) -> None:
    """Each case again: ``contains`` as search, but by the layout that was used; ``startsWith`` where a text begins."""
    text = """query ($text: String!) {
        inside: terms(where: {form: {contains: $text}}, first: 1000) { nodes { form } }
        at: terms(where: {form: {startsWith: $text}}, first: 1000) { nodes { form } } }"""
    for _, needle, *_ in ROWS:
        found = [hit for hit in hits(cases, needle) if not hit["otherLayout"]]
        filtered = cases.answer(text, {"text": needle})
        assert {row["form"] for row in filtered["inside"]["nodes"]} == {hit["text"] for hit in found}, needle
        at = {hit["text"] for hit in found if not keys(hit["before"])}
        assert {row["form"] for row in filtered["at"]["nodes"]} == at, needle


def test_better_matches_come_first(cases: World) -> None:
    kinds = [kind.name for kind in MatchKind]
    for _, needle, *_ in ROWS:
        found = hits(cases, needle)
        assert [hit["rank"] for hit in found] == list(range(1, len(found) + 1))
        ranks = [(hit["otherLayout"], kinds.index(hit["match"])) for hit in found]
        assert ranks == sorted(ranks)
        assert len({hit["nodeId"] for hit in found}) == len(found)


def test_keys_are_those_that_are_typed(dataset_url: sa.URL) -> None:
    """Of every syllable that there is, and of every text of the dataset but for the characters that do not count."""
    every = "SELECT string_agg(search_keys(chr(n)), '|' ORDER BY n) FROM generate_series(44032, 55203) AS n"
    ((found,),) = execute(dataset_url, every)
    assert found == "|".join(keys(chr(n)) for n in range(0xAC00, 0xD7A4))
    texts = execute(dataset_url, "SELECT text, search_keys(text) FROM search_terms")
    assert len(texts) > 500
    for text, folded in texts:
        assert folded == keys(str(text)), text


def test_a_former_name_finds_who_bore_it(changed: World) -> None:
    (hit,) = hits(changed, "미래창조")
    assert (hit["text"], hit["nodeId"], hit["node"], hit["type"]) == (
        "미래창조과학부",
        "ministry:new",
        {"id": "ministry:new"},
        "Ministry",
    )


def test_a_row_is_found_once_by_its_best_text(changed: World) -> None:
    found = hits(changed, "과학")
    assert [(hit["nodeId"], hit["match"], hit["text"]) for hit in found] == [
        ("ministry:new", "PREFIX", "과학기술정보통신부")
    ]
    (hit,) = hits(changed, "처음이름표", release=1)
    assert (hit["match"], hit["text"]) == ("EXACT", "처음이름표")


def test_names_are_found_at_the_release_that_had_them(changed: World) -> None:
    assert [hit["text"] for hit in hits(changed, "이름")] == ["나중이름"]
    assert {hit["text"] for hit in hits(changed, "이름", release=1)} == {"처음이름", "없어질이름"}
    assert [hit["text"] for hit in hits(changed, "처음", release=1)] == ["처음이름"]
    assert hits(changed, "처음", release=2) == hits(changed, "처음") == []


def test_names_are_found_on_days_on_which_they_were_borne(changed: World) -> None:
    assert [hit["nodeId"] for hit in hits(changed, "미래창조", day="2015-01-01")] == ["ministry:new"]
    assert hits(changed, "미래창조", day="2020-01-01") == []


def test_a_name_is_found_by_those_who_see_its_row(changed: World) -> None:
    assert [hit["text"] for hit in hits(changed, "비밀", SECRET)] == ["비밀과제"]
    assert [hit["text"] for hit in hits(changed, "ㅂㅁㄱㅈ", ALL_SEEING)] == ["비밀과제"]
    for viewer in (ANYONE, Viewer("other", "ministry:new", frozenset({Scope.SENSITIVE, Scope.CONFIDENTIAL}))):
        assert hits(changed, "비밀", viewer) == hits(changed, "비밀", viewer, release=1) == []


def test_a_forgotten_name_is_found_at_no_release(changed: World) -> None:
    for release in (None, 1, 2, 3):
        assert hits(changed, "홍길동", release=release) == []
    for table in ("search_terms", "search_terms_history"):
        ((count,),) = execute(changed.database.url, f"SELECT count(*) FROM {table} WHERE text LIKE '%홍길동%'")
        assert count == 0


def test_only_rows_of_the_types_that_are_asked_for(dataset: World) -> None:
    every = {hit["type"] for hit in hits(dataset, "국가")}
    assert {"Statute", "Regime", "Term", "Ministry"} <= every
    assert {hit["type"] for hit in hits(dataset, "국가", types=["Statute", "Term"])} == {"Statute", "Term"}
    assert hits(dataset, "국가", types=[]) == []


def test_pages_follow_one_another(dataset: World) -> None:
    text = """query ($after: String) { search(text: "기술", first: 7, after: $after) {
        nodes { nodeId } pageInfo { hasNextPage endCursor } } }"""
    found, after = [], None
    while True:
        page = dataset.answer(text, {"after": after})["search"]
        found += [hit["nodeId"] for hit in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert found == [hit["nodeId"] for hit in hits(dataset, "기술")]
    assert len(found) > 30


def test_a_long_text_is_looked_for_to_its_end(dataset: World) -> None:
    (title,) = {
        hit["text"]
        for hit in hits(dataset, "국가첨단전략산업 경쟁력 강화 및 보호에 관한 특별조치법", types=["Statute"])
    }
    assert hits(dataset, title[:-1] + "ㅂ", types=["Statute"])
    assert hits(dataset, title[:-1] + "밥", types=["Statute"]) == []


@pytest.mark.parametrize("text", ["", " ", "·", "ㆍ", "「」", "-_-"])
def test_nothing_to_look_for_is_refused(dataset: World, text: str) -> None:
    assert "text has no letter" in dataset.refusal(QUERY, {"text": text}).message


@pytest.mark.parametrize("text", ["구", "ㄱ", "국가", "ㄱㄱㅈㄹ", "rnrrk", "SMR", "기술"])
def test_indexes_serve_it(dataset_url: sa.URL, text: str) -> None:
    """Also where a table is so small that PostgreSQL could as well read all of it."""
    _, ((sql, values),) = answered(dataset_url, QUERY, {"text": text})
    plan = "\n".join(explained(dataset_url, sql, values))
    assert "ix_search_places_keys" in plan
    assert "Seq Scan on search_" not in plan
    assert ("ix_search_places_initials" in plan) == text.startswith("ㄱ")


def explained(url: sa.URL, sql: str, values: list[Any]) -> list[str]:

    async def explain() -> list[str]:
        async with await open_pool(url, size=1) as pool, pool.acquire() as connection:
            await connection.execute("SET enable_seqscan = off")
            return [row[0] for row in await connection.fetch(f"EXPLAIN {sql}", *values)]

    return asyncio.run(explain())
