"""Where facts do not agree: every check reckoned row by row, by the code of the check."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from db.models import Label
from db.models.budgets import LineLevel, Stage
from tests.schema.oracle.claims import said_of
from tests.schema.oracle.rows import computed
from tests.schema.oracle.scalars import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from tests.schema.oracle.rows import Row, Rows

LARGEST_REST = 100
NUMBER = re.compile(r"-?[0-9]{1,30}([.][0-9]{1,30})?\Z")
DAYS = {"in_force_on": "시행일", "valid_from": "효력 시작일", "valid_to": "효력 종료일", "applies_from": "적용일"}


def discrepancies(rows: Rows, _row: Row, arguments: Mapping[str, Any]) -> list[Row]:
    """Return what the checks asked for find, of all where none are named."""
    checks = arguments.get("checks")
    names = CHECKS if checks is None else {plain(check) for check in checks}
    return [found for name in names for found in CHECKS[name](rows)]


def _finding(
    name: str,
    subject: str,
    values: tuple[Any, Any],
    rest: Sequence[Row],
    messages: tuple[str, str],
    key: str | None = None,
) -> Row:
    expected, found = values
    are_numbers = not isinstance(expected, str)
    if not are_numbers and name == "CLAIMS_DIFFER" and NUMBER.match(expected) and NUMBER.match(found):
        difference: Any = Decimal(found) - Decimal(expected)
    else:
        difference = Decimal(found) - Decimal(expected) if are_numbers else None
    return computed(
        "Discrepancy",
        f"{name}+{subject}" + ("" if key is None else f"+{key}"),
        check=name,
        subject_id=subject,
        expected=_text(expected),
        found=_text(found),
        difference=difference,
        expected_by=[],
        found_by=[],
        decided=False,
        message=messages[0],
        message_en=messages[1],
        rests_on=[row["id"] for row in rest][:LARGEST_REST],
        since_id=f"release:{max(row['released_in'] for row in rest)}",
    )


def _parts_differ(rows: Rows) -> Iterator[Row]:
    projects = {row["id"]: row for row in rows.tables["projects"]}
    wholes: dict[Any, list[Row]] = defaultdict(list)
    below: dict[Any, list[Row]] = defaultdict(list)
    for line in _in_order(rows.tables["budget_lines"]):
        project = projects.get(line["project_id"])
        if project and line["level"] == "PROJECT":
            wholes[project["id"], line["fiscal_year"], line["stage"]].append(line)
        if project and line["level"] == "PART":
            below[project["parent_id"], line["fiscal_year"], line["stage"]].append(line)
    for (identifier, year, stage), lines in wholes.items():
        of_parts = below.get((identifier, year, stage), [])
        whole, sum_ = _sum(lines), _sum(of_parts)
        if not of_parts or whole == sum_:
            continue
        parts = {line["project_id"]: projects[line["project_id"]] for line in of_parts}
        name = projects[identifier]["name"]
        yield _finding(
            "PARTS_DIFFER",
            lines[0]["id"],
            (whole, sum_),
            [*lines, *of_parts, *_in_order(parts.values())],
            (
                f"「{name}」의 {year}년 {_named(Stage, stage)} 내역사업 합계는 {sum_:,}원으로, "
                f"세부사업의 {whole:,}원과 다르다.",
                f"The parts of “{name}” add up to {sum_:,} won ({year}, {_named(Stage, stage, english=True)}), "
                f"while the project has {whole:,} won.",
            ),
        )


def _no_parts(rows: Rows) -> Iterator[Row]:
    projects = rows.tables["projects"]
    has_named = {row["parent_id"] for row in projects if row["parent_id"] and row["name"].strip(" ")}
    divided = {(_dataset(row["id"]), row["fiscal_year"]) for row in projects if row["id"] in has_named}
    for project in projects:
        if project["parent_id"] or project["id"] in has_named:
            continue
        if (_dataset(project["id"]), project["fiscal_year"]) in divided:
            yield _finding(
                "NO_PARTS",
                project["id"],
                (1, 0),
                [project, *_in_order(rows.where("projects", "parent_id", project["id"]))],
                (
                    f"「{project['name']}」({project['fiscal_year']}년)에는 이름 있는 내역사업이 없다.",
                    f"“{project['name']}” ({project['fiscal_year']}) has no part with a name.",
                ),
            )


def _over_allocated(rows: Rows) -> Iterator[Row]:
    for line in rows.tables["budget_lines"]:
        allocations = _in_order(rows.where("budget_allocations", "budget_line_id", line["id"]))
        amount, sum_, year = line["amount"], _sum(allocations), line["fiscal_year"]
        if not allocations or sum_ <= amount:
            continue
        names = [row["name"] for row in rows.where("projects", "id", line["project_id"])]
        name = next(name for name in (*names, line["ministry_code"], line["id"]) if name is not None)
        yield _finding(
            "OVER_ALLOCATED",
            line["id"],
            (amount, sum_),
            [line, *allocations],
            (
                f"「{name}」({_named(LineLevel, line['level'])}, {year}년)의 분야별 배분 합계는 {sum_:,}원으로, "
                f"항목의 {amount:,}원을 넘는다.",
                f"The fields of “{name}” ({_named(LineLevel, line['level'], english=True)}, {year}) add up to "
                f"{sum_:,} won, more than the {amount:,} won of the line.",
            ),
        )


def _total_differs(rows: Rows) -> Iterator[Row]:
    for figure in rows.tables["statistics"]:
        if figure["measure"] != "rnd_investment" or figure["unit"] != "WON":
            continue
        for summary in rows.where("budget_summaries", "fiscal_year", figure["fiscal_year"]):
            totals = summary["distinct"], summary["gross"]
            if summary["scheme_id"] is None or figure["stage"] not in (None, summary["stage"]):
                continue
            if any(_can_mean(figure, total) for total in totals):
                continue
            name, printed, year = figure["name"], figure["as_printed"], figure["fiscal_year"]
            yield _finding(
                "TOTAL_DIFFERS",
                figure["id"],
                (figure["value"], totals[0]),
                [figure, summary],
                (
                    f"「{name}」의 공표 수치 {printed}({year}년)은 {_named(Stage, summary['stage'])}의 합계와 다르다: "
                    f"중복 제외 {totals[0]:,}원, 중복 포함 {totals[1]:,}원.",
                    f"The figure {printed} published for “{name}” ({year}) is not what the allocations add up to "
                    f"({_named(Stage, summary['stage'], english=True)}): {totals[0]:,} won with each project counted "
                    f"once, {totals[1]:,} won with overlaps.",
                ),
                key=summary["id"],
            )


def _can_mean(figure: Row, total: int) -> bool:
    lower, upper = figure["lower"], figure["upper"]
    if lower is None and upper is None:
        return bool(total == figure["value"])
    return (lower is None or total >= lower) and (upper is None or total <= upper)


def _number_used_twice(rows: Rows) -> Iterator[Row]:
    used: dict[Any, list[Row]] = defaultdict(list)
    for project in _in_order(rows.tables["projects"]):
        number, year = project["number"], project["fiscal_year"]
        used[_dataset(project["id"]), year, number, project["parent_id"] is None].append(project)
    for (_, year, number, _), found in used.items():
        if number is not None and len(found) > 1:
            names = ", ".join(f"「{project['name']}」" for project in found)
            yield _finding(
                "NUMBER_USED_TWICE",
                found[0]["id"],
                (1, len(found)),
                found,
                (
                    f"{year}년 사업번호 {number}을(를) {len(found)}개 사업이 함께 쓴다: {names}.",
                    f"The number {number} stands for {len(found)} projects of {year}: {names}.",
                ),
            )


def _name_of_two(rows: Rows) -> Iterator[Row]:
    bearers = {row["id"]: row for row in rows.tables["organizations"]}
    borne: dict[str, list[tuple[Row, Row]]] = defaultdict(list)
    for name in _in_order(rows.tables["organization_names"]):
        if name["kind"] != "FORMER" and name["organization_id"] in bearers:
            borne[name["name"]].append((name, bearers[name["organization_id"]]))
    for text, pairs in borne.items():
        met = [
            pair
            for pair in pairs
            if any(pair[1] is not other[1] and _meet([*pair, *other]) for other in pairs if other is not pair)
        ]
        if met:
            organizations = {bearer["id"]: bearer for _, bearer in met}
            called = ", ".join(sorted({bearer["name"] for bearer in organizations.values()}))
            yield _finding(
                "NAME_OF_TWO",
                met[0][0]["id"],
                (1, len(organizations)),
                [*(name for name, _ in met), *_in_order(organizations.values())],
                (
                    f"「{text}」은(는) 같은 시기의 기관 {len(organizations)}곳을 가리킨다: {called}.",
                    f"“{text}” leads to {len(organizations)} organizations of the same time: {called}.",
                ),
            )


def _meet(terms: Iterable[Row]) -> bool:
    terms = list(terms)
    first = max((row["valid_from"] for row in terms if row["valid_from"]), default=date.min)
    return bool(first <= min((row["valid_to"] for row in terms if row["valid_to"]), default=date.max))


def _undesignated(rows: Rows) -> Iterator[Row]:
    for technology in rows.tables["technologies"]:
        for regime in rows.where("regimes", "id", technology["regime_id"]):
            said = rows.where("designations", "technology_id", technology["id"])
            unproven = not said and technology["status"] == "DESIGNATED"
            rests = [[technology, row] for row in said if row["notice_id"] is None and row["change"] != "REMOVED"]
            for rest in [*rests, *([[technology]] if unproven else [])]:
                name = technology["name"] if rest[-1]["name"] is None else rest[-1]["name"]
                yield _finding(
                    "UNDESIGNATED",
                    rest[-1]["id"],
                    (1, 0),
                    rest,
                    (
                        f"「{name}」({regime['code']})의 지정을 밝히는 고시가 없다.",
                        f"No notice proves the designation of “{name}” ({regime['code']}).",
                    ),
                )


def _outside_version(rows: Rows) -> Iterator[Row]:
    for fact, regime_or_version, attributes in _dated(rows):
        for statute in rows.where("statutes", "id", regime_or_version["statute_id"]):
            versions = rows.where("statute_versions", "statute_id", statute["id"])
            enacted = _in_order(row for row in versions if row["revision"] == "ENACTED")
            entered = [row["in_force_on"] for row in enacted if row["in_force_on"]]
            starts = [statute["valid_from"] or min(entered, default=None)]
            starts += [fact["promulgated_on"]] if fact["@type"] == "StatuteVersion" else []
            first, last = max((day for day in starts if day), default=None), statute["valid_to"]
            for name in attributes:
                day = fact[name]
                if day and ((first and day < first) or (last and day > last)):
                    term = f"{first or ''}", f"{last or ''}"
                    yield _finding(
                        "OUTSIDE_VERSION",
                        fact["id"],
                        (f"{term[0]}~{term[1]}", f"{day}"),
                        [fact, statute, *enacted],
                        (
                            f"{DAYS[name]} {day}은(는) 「{statute['short_name']}」의 효력 기간"
                            f"({term[0]}~{term[1]}) 밖이다.",
                            f"{name}, {day}, lies outside the time in which “{statute['short_name']}” is in force "
                            f"({term[0]} to {term[1]}).",
                        ),
                        key=name,
                    )


def _dated(rows: Rows) -> Iterator[tuple[Row, Row, tuple[str, ...]]]:
    term = ("valid_from", "valid_to")
    yield from ((row, row, ("in_force_on",)) for row in rows.tables["statute_versions"])
    for regime in rows.tables["regimes"]:
        yield regime, regime, term
        yield from ((row, regime, term) for row in rows.where("area_coverages", "regime_id", regime["id"]))
        for technology in rows.where("technologies", "regime_id", regime["id"]):
            said = rows.where("designations", "technology_id", technology["id"])
            yield from ((row, regime, (*term, "applies_from")) for row in said)


def _claims_differ(rows: Rows) -> Iterator[Row]:
    claimed = ((row["subject_id"], row["attribute"]) for row in rows.tables["claims"] if row["attribute"] is not None)
    for subject, attribute in dict.fromkeys(claimed):
        said = said_of(rows, subject, attribute)
        if len({document["id"] for _, document in said}) < 2:
            continue
        first, best = said[0][0], said[0][0]["value"]
        agreeing = [(claim, document) for claim, document in said if claim["value"] == best]
        for other in sorted({claim["value"] for claim, _ in said} - {best}):
            differing = [(claim, document) for claim, document in said if claim["value"] == other]
            by, elsewhere = _publishers(rows, agreeing), _publishers(rows, differing)
            one, another = f"{best} ({', '.join(by)})", f"{other} ({', '.join(elsewhere)})"
            finding = _finding(
                "CLAIMS_DIFFER",
                subject,
                (best, other),
                [*_in_order(claim for claim, _ in agreeing), *_in_order(claim for claim, _ in differing)],
                (
                    f"{subject}의 {attribute} 값을 문서들이 다르게 말한다: {one}, {another}.",
                    f"Documents disagree on {subject}, {attribute}: {one}, and {another}.",
                ),
                key=f"{attribute}+{hashlib.md5(other.encode(), usedforsecurity=False).hexdigest()[:12]}",
            )
            decided = first["derivation"] == "DECIDED"
            yield {**finding, "expected_by": by, "found_by": elsewhere, "decided": decided}


def _publishers(rows: Rows, said: Iterable[tuple[Row, Row]]) -> list[str]:
    """Return who says so: the publisher's name, else how the document prints it, else the document's title."""
    names: set[str] = set()
    for _, document in said:
        publisher = rows.seen(document["publisher_id"])
        known = ((publisher or {}).get("name"), document["publisher_as_printed"], document["title"])
        names.add(next(name for name in known if name is not None))
    return sorted(names)


def _in_order(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: str(row["id"]))


def _sum(rows: Iterable[Row]) -> int:
    return sum(row["amount"] for row in rows)


def _dataset(identifier: str) -> str | None:
    return identifier.partition("/")[0] if "/" in identifier else None


def _named(label: type[Label], name: str, *, english: bool = False) -> str:
    return str(label[name].value).split(" | ")[english]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else f"{Decimal(value).normalize():f}"


CHECKS: dict[str, Callable[[Rows], Iterator[Row]]] = {
    "PARTS_DIFFER": _parts_differ,
    "NO_PARTS": _no_parts,
    "OVER_ALLOCATED": _over_allocated,
    "TOTAL_DIFFERS": _total_differs,
    "NUMBER_USED_TWICE": _number_used_twice,
    "NAME_OF_TWO": _name_of_two,
    "UNDESIGNATED": _undesignated,
    "OUTSIDE_VERSION": _outside_version,
    "CLAIMS_DIFFER": _claims_differ,
}
