"""Sequences of imports, decisions and undos: a fact holds what the rule says, whatever led there."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from db import releases
from db.claims.deciding import Decision, decide
from db.claims.preference import preferred
from db.claims.stated import is_foreign
from db.connection import engine
from db.importing.importer import Choices, ImportStopped
from db.models import Claim
from tests.conftest import new_database
from tests.db.exporting.states import exported, imported
from tests.db.importing.claiming import COMPETENT, NEWER, OLDER, OWNER, UNSURE, Claimant, Desk

if TYPE_CHECKING:
    from collections.abc import Mapping

ORDER = (COMPETENT, NEWER, None, OLDER, UNSURE)
"""Who goes before whom; None is the dataset itself, whose document is of 2026-01-01."""
VALUES = ("가", "나", "다", "")
NAMES = VALUES[:3]


@dataclass(frozen=True)
class Expected:
    """What is said of the project by name and committee: by its own dataset, by claimants, and by decisions."""

    own: tuple[str, str] | None = None
    claims: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    decisions: tuple[tuple[str, str], ...] = ()

    def value(self, column: int) -> str | None:
        """Return what the project holds; None where it holds nothing."""
        assert self.own
        if decided := [value for name, value in self.decisions if name == ("name", "committee")[column]]:
            return decided[-1]
        for who in ORDER:
            said = self.own if who is None else self.claims.get(who.dataset)
            if said and said[column]:
                return said[column]
        return None


class Sequence:
    """Does things at random, and knows what must have come of them."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk, self.random = desk, Random(seed)
        self.states = [Expected(), Expected()]
        """What held after each release; the first is before any, the second the built-in facts."""

    @property
    def now(self) -> Expected:
        return self.states[-1]

    async def step(self) -> None:
        """Do one thing, and check what came of it."""
        doing = self.random.choice((self.own, self.claim, self.claim, self.decide, self.undo, self.again))
        await doing()
        await self.check()

    async def own(self) -> None:
        said = (self.random.choice(NAMES), self.random.choice(VALUES)) if self.random.random() < 0.85 else None
        rows = [("1", *said)] if said else []
        outcome = await self.desk.bring(OWNER, ("2", "둘", ""), *rows)
        self.note(outcome.release, replace(self.now, own=said))

    async def claim(self) -> None:
        if self.now.own is None:
            return
        who = self.random.choice([each for each in ORDER if each])
        said = (self.random.choice(VALUES), self.random.choice(VALUES))
        gone = self.random.random() < 0.3
        outcome = await self.bring(who, None if gone else said)
        claims = {name: value for name, value in self.now.claims.items() if name != who.dataset}
        self.note(outcome.release, replace(self.now, claims=claims if gone else {**claims, who.dataset: said}))

    async def bring(self, who: Claimant, said: tuple[str, str] | None) -> Any:
        return await self.desk.bring(who, *([("1", *said)] if said else []))

    async def decide(self) -> None:
        if self.now.own is None:
            return
        name, value = self.random.choice(("name", "committee")), self.random.choice(NAMES)
        async with self.desk.pool() as pool, pool.begin() as connection:
            decision = Decision("project:own/1", name, "과기정통부", "까닭", value=value)
            _, release = await decide(connection, decision, dry_run=False)
        self.note(release, replace(self.now, decisions=(*self.now.decisions, (name, value))))

    async def undo(self) -> None:
        """Undo the newest release, sometimes an older one: what nobody can foresee is still settled."""
        newest = len(self.states) - 1
        if newest < 2:
            return
        async with self.desk.pool() as pool:
            release = await releases.undo(pool, newest)
        self.note(release, self.states[-2])

    async def undo_any(self) -> None:
        """Undo any release; where a later one stands in the way, nothing happens."""
        number = self.random.randint(2, max(2, await self.desk.newest()))
        async with self.desk.pool() as pool:
            with suppress(releases.ReleaseError):
                await releases.undo(pool, number)

    async def again(self) -> None:
        """What a file said already changes nothing, even where it is read again."""
        if self.now.own is not None:
            outcome = await self.desk.bring(OWNER, ("2", "둘", ""), ("1", *self.now.own), choices=Choices(partial=True))
            if len(await self.desk.rows("SELECT 1 FROM projects WHERE id = 'project:own/2'")):
                assert outcome.release is None

    def note(self, release: Any, state: Expected) -> None:
        if release is not None:
            assert release.number == len(self.states)
            self.states.append(state)

    async def check(self) -> None:
        found = await self.desk.rows("SELECT name, committee FROM projects WHERE id = 'project:own/1'")
        expected = [] if self.now.own is None else [(self.now.value(0), self.now.value(1))]
        assert found == expected, self.now


async def settled(desk: Desk) -> None:
    """Check that every fact that something is claimed of holds the preferred value."""
    async with desk.pool() as pool, pool.connect() as connection:
        pairs = sa.select(Claim.subject_id, Claim.attribute, Claim.value).where(
            Claim.id == preferred(Claim.subject_id, Claim.attribute), Claim.subject_id.like("project:own/%")
        )
        for subject, attribute, value in await connection.execute(pairs):
            held = await connection.execute(sa.text(f"SELECT {attribute} FROM projects WHERE id = '{subject}'"))
            assert [row[0] for row in held] in ([], [value])


async def replayed(desk: Desk) -> None:
    """Check the law: the state of one release and the changes after it give the state of another."""
    async with desk.pool() as pool, pool.connect() as connection:
        newest = await releases.latest(connection)
        after = await releases.state(connection, newest)
        for first in range(1, newest, 3):
            before = await releases.state(connection, first)
            assert releases.apply(before, await releases.changes(connection, first, newest)) == after


def run(
    server_url: sa.URL, template: sa.URL, folder: Path, seed: int, steps: int, kind: type[Sequence] = Sequence
) -> int:
    async def steps_of(url: sa.URL) -> int:
        async with engine(url) as pool:
            desk = Desk(url, folder, pool)
            sequence = kind(desk, seed)
            await sequence.own()
            for _ in range(steps):
                await sequence.step()
            await settled(desk)
            await replayed(desk)
            return len(sequence.states)

    with new_database(server_url, str(template.database)) as url:
        return asyncio.run(steps_of(url))


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_sequence_leads_to_what_the_rule_says(
    server_url: sa.URL, dataset_template: sa.URL, tmp_path: Path, seed: int
) -> None:
    assert run(server_url, dataset_template, tmp_path, seed, 10) > 5


class Wild(Sequence):
    """Undoes whatever release it likes: what is said of the project then is not foreseen, but it is settled."""

    async def step(self) -> None:
        """Do one thing; nothing is lost by it, and the project holds what is preferred of all that is claimed."""
        doing = self.random.choice((self.own, self.claim, self.claim, self.decide, self.undo_any, self.undo_any))
        with suppress(ImportStopped, releases.ReleaseError):
            await doing()
        await settled(self.desk)

    def note(self, release: Any, state: Expected) -> None:
        self.states += [state] if release is not None else []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20, 28))
def test_undoing_any_release_leaves_facts_settled(
    server_url: sa.URL, dataset_template: sa.URL, tmp_path: Path, seed: int
) -> None:
    assert run(server_url, dataset_template, tmp_path, seed, 40, Wild) > 10


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3, 15))
def test_long_sequences_lead_to_what_the_rule_says(
    server_url: sa.URL, dataset_template: sa.URL, tmp_path: Path, seed: int
) -> None:
    assert run(server_url, dataset_template, tmp_path, seed, 40) > 10


FROM = {"db/bootstrap.py": "the built-in facts, of which nobody else claims anything"}
"""Who publishes facts as they are, and which."""
UNSETTLED = {
    "db/releases/publishing.py": "what is put is written as it is",
    "db/forgetting.py": "what is forgotten must not come back from a claim",
}
"""Who publishes what is staged without settling, and why."""


def test_no_way_of_publishing_forgets_to_settle() -> None:
    repository = Path(__file__).parents[3]
    plain, staged = [], []
    for path in (each for folder in ("api", "db", "schema") for each in (repository / folder).rglob("*.py")):
        name, text = path.relative_to(repository).as_posix(), path.read_text("utf-8")
        if re.search(r"\bawait (releases\.)?publish\(", text) and name != "db/releases/publishing.py":
            plain.append(name)
        if "await publish_staged(" in text and not ("Settlement(" in text and "settle()" in text):
            staged.append(name)
    assert (sorted(plain), sorted(staged)) == (sorted(FROM), sorted(UNSETTLED))


def test_nothing_is_to_be_settled_of_the_built_in_facts(dataset_url: sa.URL) -> None:
    async def foreign() -> int | None:
        async with engine(dataset_url) as pool, pool.connect() as connection:
            return await connection.scalar(sa.select(sa.func.count()).select_from(Claim).where(is_foreign(Claim)))

    assert asyncio.run(foreign()) == 0


def test_an_exported_file_is_settled(server_url: sa.URL, dataset_template: sa.URL, tmp_path: Path) -> None:
    """It may bring claims of others before or after the facts: the preferred one is held all the same."""

    async def steps(desk: Desk) -> None:
        await desk.bring(OWNER, ("1", "가", ""))
        await desk.bring(NEWER, ("1", "나", ""))
        assert await desk.value() == "나"
        async with engine(desk.url) as pool:
            await exported(pool, tmp_path / "newer.csv", dataset="newer")
            await desk.bring(NEWER, head="번호,이름,전문위")
            assert await desk.value() == "가"
            await imported(pool, tmp_path / "newer.csv")
        assert await desk.value() == "나"
        await settled(desk)

    with new_database(server_url, str(dataset_template.database)) as url:
        asyncio.run(steps(Desk(url, tmp_path)))
