"""What people do with the explorer, in a real browser that must not ask anyone but the server."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.explorer.conftest import needs_build, places, questions, rows_of
from tests.explorer.test_questions import asked

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx


pytestmark = [pytest.mark.slow, needs_build]

QUANTUM = "2026년 양자 분야에 어느 부처가 얼마를 쓰나"
PLACES = places()


def test_whoever_knows_no_graphql_finds_who_pays_for_quantum(visiting: Callable[..., Any]) -> None:
    """From the start page in at most three clicks; where answers are offered as files, the workbook in one more."""
    with visiting(accept_downloads=True) as visit:
        visit.go("/")
        visit.click("link", QUANTUM)
        table = visit.page.get_by_role("table", name="분야 배분 묶음")
        expect(table.get_by_role("row", name="과학기술정보통신부")).to_contain_text("2,982.065")
        expect(table.get_by_role("row", name="방위사업청")).to_contain_text("23.1")
        expect(table).to_contain_text("억 원")
        assert visit.clicks <= 3
        workbook = visit.page.get_by_role("link", name="XLSX 내려받기")
        if visit.page.locator("html").get_attribute("data-files"):
            with visit.page.expect_download() as downloading:
                workbook.click()
            assert downloading.value.suggested_filename.endswith(".xlsx")
            sheets = load_workbook(BytesIO(downloading.value.path().read_bytes())).worksheets
            cells = {cell for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row}
            assert {"과학기술정보통신부", "방위사업청"} <= cells
            with visit.page.expect_download() as downloading:
                visit.page.get_by_role("link", name="분야 배분 묶음: CSV 내려받기").click()
            assert "방위사업청,23.1" in downloading.value.path().read_text("utf-8-sig")
        else:
            assert workbook.count() == 0


@pytest.mark.parametrize("question", questions(), ids=lambda question: str(question["id"]))
def test_each_question_is_answered_in_one_click(visiting: Callable[..., Any], question: dict[str, Any]) -> None:
    with visiting() as visit:
        visit.go("/")
        visit.click("link", question["title"]["ko"])
        visit.page.locator(".answer tbody tr").first.wait_for()
        expect(visit.page.get_by_role("alert")).to_have_count(0)
        expect(visit.page.locator("form [aria-live]")).to_contain_text("예상")
        expect(visit.page.locator(".answer [role=status]")).to_contain_text("최신 공개본")
        assert visit.page.locator("figure svg").count() >= ("picture" in question)
        for picture in visit.page.locator("figure svg").all():
            assert picture.locator("text").count() > 1


def test_a_table_is_sorted_by_a_click(visiting: Callable[..., Any]) -> None:
    with visiting() as visit:
        visit.go(PLACES["largest-lines"])
        head = visit.page.get_by_role("columnheader", name="금액 (억 원)")
        cells = visit.page.locator("table").first.locator("tbody tr td.number:nth-last-child(4)")
        cells.first.wait_for()

        def amounts() -> list[float]:
            return [float(text.replace(",", "")) for text in cells.all_inner_texts()]

        falling = amounts()
        assert falling == sorted(falling, reverse=True)
        assert len(falling) == 32
        head.get_by_role("button").click()
        assert head.get_attribute("aria-sort") == "ascending"
        assert amounts() == sorted(falling)


def test_a_source_is_one_click_away(visiting: Callable[..., Any]) -> None:
    with visiting() as visit:
        visit.go(PLACES["quantum-budget"])
        source = visit.page.get_by_role("button", name="출처: allocation:rnd-2026-msit-1-quantum")
        source.click()
        dialog = visit.page.get_by_role("dialog", name="출처")
        expect(dialog).to_contain_text("2026년 국가연구개발사업 예산 배분·조정(안)")
        expect(dialog).to_contain_text("2행")
        visit.page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        expect(source).to_be_focused()


def test_the_sources_of_what_a_row_names_come_along(visiting: Callable[..., Any]) -> None:
    with visiting() as visit:
        visit.go(PLACES["around-a-technology"])
        visit.page.get_by_role("button", name="출처: technology:").first.click()
        dialog = visit.page.get_by_role("dialog", name="출처")
        heads = dialog.get_by_role("heading", level=3)
        expect(heads).to_have_count(5)
        assert [head.split(":")[0] for head in heads.all_inner_texts()] == [
            "기술",
            "제도",
            "제도 법률",
            "제도 법률 부처",
            "분야",
        ]
        assert dialog.locator("li").count() >= 5


def test_lists_are_chosen_and_moments_picked(visiting: Callable[..., Any], client: httpx.Client) -> None:
    """No code has to be known; what was picked is said with the answer, and stands in the address."""
    with visiting() as visit:
        page = visit.page
        visit.go(PLACES["covered-not-covered"])
        page.get_by_label("담는 목록").select_option(label="국가첨단전략기술 (국가첨단전략산업법)")
        page.get_by_label("담지 않는 목록").select_option(label="국가전략기술 (국가전략기술육성법)")
        page.get_by_label("기준일").fill("2026-06-18")
        page.get_by_label("공개본").select_option("1")
        page.get_by_role("button", name="다시 묻기").click()
        status = page.locator(".answer [role=status]")
        expect(status).to_contain_text("기준일 2026-06-18 · 공개본 1 · 최신 공개본 1")
        (question,) = (each for each in questions() if each["id"] == "covered-not-covered")
        chosen = {**question, "variables": {"covers": "NHST", "lacks": "NST"}}
        expected = [each["name"] for each in asked(client, chosen)["commonAreas"]["nodes"]]
        assert expected
        table = page.get_by_role("table", name="공통기술분야")
        assert [row[0] for row in rows_of(table)] == expected
        page.reload()
        expect(status).to_contain_text("기준일 2026-06-18 · 공개본 1")
        assert [row[0] for row in rows_of(table)] == expected


def test_what_a_question_takes_is_told_before_and_after(visiting: Callable[..., Any]) -> None:
    with visiting() as visit:
        visit.go(PLACES["quantum-budget"])
        expect(visit.page.locator("form [aria-live]")).to_have_text(re.compile("^예상 비용 1,584점, 약 [0-9.]+ KB$"))
        said = re.compile(r"^비용 1,584점, [0-9.]+ KB, [0-9,]+ ms · 최신 공개본 1$")
        expect(visit.page.locator(".answer [role=status]")).to_have_text(said)


def test_types_of_facts_have_their_names(visiting: Callable[..., Any]) -> None:
    with visiting() as visit:
        visit.go(PLACES["changed-since"])
        expect(visit.page.get_by_role("table", name="변경 묶음")).to_contain_text("분야 배분")


def test_another_field_is_asked_by_keyboard_and_kept_in_the_address(visiting: Callable[..., Any]) -> None:
    with visiting() as visit:
        visit.go(PLACES["quantum-budget"])
        visit.page.get_by_label("분야", exact=True).focus()
        visit.page.keyboard.press("Control+A")
        visit.page.keyboard.type("수소")
        visit.page.keyboard.press("Enter")
        rows = visit.page.get_by_role("table", name="분야 배분 묶음").locator("tbody tr")
        expect(rows.first).to_contain_text("기후에너지환경부")
        before = rows.all_inner_texts()
        visit.page.reload()
        expect(rows.first).to_contain_text("기후에너지환경부")
        assert rows.all_inner_texts() == before


def test_before_the_first_release_nothing_was_known(visiting: Callable[..., Any]) -> None:
    with visiting() as visit:
        visit.go(PLACES["largest-lines"] + "&" + urlencode({"variables": '{"year": 2026, "atRelease": 0}'}))
        expect(visit.page.get_by_role("table", name="단일 값").locator("tbody")).to_contain_text("0")
        assert visit.page.get_by_role("table", name="예산 항목").count() == 0


def test_a_mistake_is_told_in_the_servers_words(visiting: Callable[..., Any]) -> None:
    with visiting() as visit:
        visit.go(PLACES["largest-lines"] + "&" + urlencode({"variables": '{"year": 2026, "atRelease": 99}'}))
        expect(visit.page.get_by_role("alert")).to_contain_text("99")


def test_english_is_one_click_away_and_stays(visiting: Callable[..., Any]) -> None:
    with visiting() as visit:
        visit.go("/")
        visit.click("button", "English")
        expect(visit.page.get_by_role("heading", level=1)).to_have_text("What do you want to know?")
        visit.page.reload()
        expect(visit.page.locator("html")).to_have_attribute("lang", "en")
