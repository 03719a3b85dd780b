"""Each picture shows what the answer of the server says, and the tables beside it say the same."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.explorer.conftest import needs_build, places, questions, rows_of
from tests.explorer.test_questions import asked

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from tests.explorer.conftest import Visit

pytestmark = [pytest.mark.slow, needs_build]

MARKS = "figures => figures.map(figure => [...figure.querySelectorAll('g > title')].map(mark => mark.textContent))"


def answered(client: httpx.Client, identifier: str) -> dict[str, Any]:
    (question,) = (each for each in questions() if each["id"] == identifier)
    return asked(client, question)


def drawn(visit: Visit, identifier: str) -> list[list[str]]:
    """Open a question and return what the marks of its pictures stand for."""
    visit.go(places()[identifier])
    visit.page.locator("figure").first.wait_for()
    found: list[list[str]] = visit.page.locator("figure").evaluate_all(MARKS)
    assert all(found)
    return found


def table(visit: Visit, name: str) -> list[list[str]]:
    return [
        [cell.replace(",", "") for cell in row] for row in rows_of(visit.page.get_by_role("table", name=name).first)
    ]


def ministry(group: dict[str, Any]) -> str:
    return str(group["key"]["budgetLine"]["ministry"]["name"])


def grouped(value: str) -> str:
    whole, _, part = value.partition(".")
    return f"{int(whole):,}" + (f".{part}" if part else "")


def test_the_matrix_of_sectors_and_lists(visiting: Callable[..., Any], client: httpx.Client) -> None:
    groups = answered(client, "sector-regime-matrix")["areaCoverages"]["groups"]["nodes"]
    with visiting() as visit:
        (marks,) = drawn(visit, "sector-regime-matrix")
        assert sorted(marks) == sorted(
            f"{each['key']['area']['sector']} · {each['key']['regime']['code']}: {each['count']}" for each in groups
        )
        assert table(visit, "제도별 포함 묶음") == [
            [
                each["key"]["area"]["sector"],
                each["key"]["regime"]["code"],
                each["key"]["regime"]["term"],
                str(each["count"]),
            ]
            for each in groups
        ]


def test_the_budget_by_ministry_and_field(visiting: Callable[..., Any], client: httpx.Client) -> None:
    """Gross and distinct stand apart, exact; the cells are whole 억, and the table beside them is exact."""
    data = answered(client, "budget-by-ministry-and-field")
    groups = data["budgetAllocations"]["groups"]["nodes"]
    (summary,) = data["budgetSummaries"]["nodes"]

    def whole(amount: str) -> str:
        return grouped(str(Decimal(amount).quantize(Decimal(1), ROUND_HALF_UP)))

    with visiting() as visit:
        bars, cells = drawn(visit, "budget-by-ministry-and-field")
        assert bars == [
            f"전체: {grouped(summary['total'])}",
            f"배분 합계(겹침 포함): {grouped(summary['gross'])}",
            f"중복을 뺀 금액: {grouped(summary['distinct'])}",
        ]
        assert Decimal(summary["distinct"]) < Decimal(summary["gross"])
        assert cells == [
            f"{ministry(each)} · {each['key']['field']['name']}: {whole(each['sum']['amount'])}" for each in groups
        ]
        assert table(visit, "분야 배분 묶음") == [
            [ministry(each), each["key"]["field"]["name"], each["sum"]["amount"]] for each in groups
        ]
        assert table(visit, "예산 요약")[0][-3:] == [summary["total"], summary["gross"], summary["distinct"]]


def test_the_bars_of_one_field(visiting: Callable[..., Any], client: httpx.Client) -> None:
    groups = answered(client, "quantum-budget")["budgetAllocations"]["groups"]["nodes"]
    with visiting() as visit:
        (marks,) = drawn(visit, "quantum-budget")
        assert marks == [f"{ministry(each)}: {grouped(each['sum']['amount'])}" for each in groups]
        longest, other = (
            float(each.rstrip("%"))
            for each in visit.page.locator("rect.mark").evaluate_all(
                "marks => marks.map(mark => mark.getAttribute('width'))"
            )
        )
        most, less = (Decimal(each["sum"]["amount"]) for each in groups)
        assert longest == 100
        assert other == pytest.approx(float(less / most * 100))


@pytest.mark.parametrize("identifier", ["timeline", "due-by"])
def test_the_timeline(visiting: Callable[..., Any], client: httpx.Client, identifier: str) -> None:
    """Everything with a day is in the picture in order of days; how many have none is said."""
    data = answered(client, identifier)
    milestones = data["milestones"]["nodes"]
    days = [(each["due"] or {}).get("latest") or (each["due"] or {}).get("earliest") for each in milestones]
    releases = data.get("releases", {"nodes": []})["nodes"]
    with visiting() as visit:
        (marks,) = drawn(visit, identifier)
        shown = [re.fullmatch(r"(\S+): (.+) \((.+)\)", mark, re.DOTALL) for mark in marks]
        pairs = [(mark[1], mark[2]) for mark in shown if mark]
        assert [day for day, _ in pairs] == sorted(day for day, _ in pairs)
        assert sorted(pairs) == sorted(
            [(day, each["title"]) for day, each in zip(days, milestones, strict=True) if day]
            + [(each["publishedAt"][:10], f"공개본 {each['number']}") for each in releases]
        )
        undated = days.count(None)
        assert undated == (2 if identifier == "timeline" else 0)
        assert (f"날짜가 없어 표에만 있는 것: {undated}" in visit.page.locator("figcaption").inner_text()) == bool(
            undated
        )
        assert [row[0] for row in table(visit, "이정표")] == [each["title"].replace(",", "") for each in milestones]


def test_the_links_around_a_technology(visiting: Callable[..., Any], client: httpx.Client) -> None:
    (technology,) = answered(client, "around-a-technology")["technologies"]["nodes"]
    regime, field = technology["regime"], technology["field"]
    with visiting() as visit:
        (marks,) = drawn(visit, "around-a-technology")
        assert marks == [
            f"제도: {regime['term']}",
            f"법률: {regime['statute']['shortName']}",
            f"부처: {regime['statute']['ministry']['name']}",
            f"분야: {field['name']}",
            *(f"임무: {each['title']}" for each in field["missions"]["nodes"]),
            *(f"목표: {each['title']}" for each in field["targets"]["nodes"]),
            *(f"협의체: {each['name']}" for each in field["bodies"]["nodes"]),
        ]
        for name, key, of in (
            ("임무", "missions", "title"),
            ("목표", "targets", "title"),
            ("협의체", "bodies", "name"),
        ):
            assert [row[-1] for row in rows_of(visit.page.get_by_role("table", name=f"기술 분야 {name}"))] == [
                each[of] for each in field[key]["nodes"]
            ]
