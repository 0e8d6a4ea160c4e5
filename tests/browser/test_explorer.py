"""The pages of the explorer in Chromium, on the demo and on articles that mean no good. `docs/pictures` holds what they
look like: `CLAIMHOUSE_PICTURES=1` makes the pictures anew."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from pipelines.settings import ROOT, load_settings
from pipelines.warehouse import build_models, publish
from tests.browser.explorers import explorer
from tests.written import Written, load_written

PICTURES = ROOT / "docs" / "pictures"
PAGES = {
    "claims": "/claims?type=acquisition",
    "companies": "/companies",
    "company": "/company/veltronik",
    "rivals": "/rivals",
    "sources": "/sources",
    "source": "/source/idc",
    "sql": "/sql?sql=select+move_type,+count(*)+from+market_moves+group+by+all+order+by+2+desc",
    "problem": "/company/nobody",
}
KEPT = {"article", "claims-light", "company-dark", "rivals-light", "sql-light", "claims-phone", "move"}
SERIOUS = {"serious", "critical"}
TITLE = "<script>document.title = 'owned'</script> \u202eSiemens\u202c streicht Stellen"
TEXT = (
    "Siemens streicht 250 Stellen in <b>München</b>. Das sagte eine Sprecherin von Siemens. "
    "\u05e9\u05dc\u05d5\u05dd &amp; <img src=x>"
)
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def address(demo_home: Path) -> Iterator[str]:
    with explorer(demo_home) as found:
        yield found


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[str]:
    """An explorer on one article with markup and marks of direction in its title and text."""
    settings = load_settings(tmp_path / "home", None, {})
    at = datetime(2026, 3, 2, 7, tzinfo=UTC)
    load_written(settings, date(2026, 3, 2), [Written("cuts", TEXT, TITLE, "<i>Bote</i>", at)])
    build_models(settings)
    publish(settings)
    with explorer(settings.home.path) as found:
        yield found


def shown(page: Page, picture: str) -> None:
    if os.environ.get("CLAIMHOUSE_PICTURES") and picture in KEPT:
        PICTURES.mkdir(exist_ok=True)
        page.screenshot(path=PICTURES / f"explorer-{picture}.png")


def english(page: Page) -> None:
    page.set_extra_http_headers({"Accept-Language": "en"})


def test_from_a_search_to_the_very_characters(
    page: Page, address: str, demo_warehouse: duckdb.DuckDBPyConnection
) -> None:
    english(page)
    page.goto(address)
    page.get_by_label("Company").fill("Veltronik")
    page.get_by_label("Type").select_option("workforce_change")
    page.get_by_role("button", name="Search").click()
    assert "type=workforce_change" in page.url
    page.get_by_role("link", name="Evidence in the article").first.click()
    claim = page.url.split("claim=")[1].split("#")[0]
    row = demo_warehouse.execute(
        "select evidence, case region when 'title' then title else text end, start_char, end_char "
        "from market_moves inner join articles using (article_id) where move_id = ?",
        [claim],
    ).fetchone()
    assert row is not None
    marked = page.locator("mark.chosen")
    assert marked.inner_text() == row[0] == row[1][row[2] : row[3]]
    before = page.evaluate(
        """() => {
            const range = document.createRange(), mark = document.querySelector('mark.chosen');
            range.setStart(mark.closest('p, h1'), 0); range.setEndBefore(mark); return range.toString();
        }"""
    )
    assert row[1][: row[2]].endswith(before), "what stands before it in its paragraph"
    assert page.get_by_role("link", name="The original").get_attribute("href", timeout=1000).startswith("http")  # type: ignore[union-attr]
    shown(page, "article")


def test_a_link_reproduces_a_view(page: Page, browser: Browser, address: str) -> None:
    english(page)
    page.goto(address)
    page.get_by_label("Words").fill("stores")
    page.get_by_label("From").fill("2026-03-03")
    page.get_by_label("Certainty").select_option("actual")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Search").click()
    other = browser.new_page()
    english(other)
    other.goto(page.url)
    for field in ("Words", "From", "Certainty"):
        assert other.get_by_label(field).input_value() == page.get_by_label(field).input_value() != ""
    assert other.locator(".claim").all_inner_texts() == page.locator(".claim").all_inner_texts() != []
    other.close()


def test_pages_turn_and_no_claim_is_lost(page: Page, address: str, demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    english(page)
    page.goto(address)
    found: list[str | None] = []
    for _ in range(100):
        links = page.get_by_role("link", name="Evidence in the article").all()
        found += [link.get_attribute("href") for link in links]
        older = page.get_by_role("link", name="Older")
        if not older.count():
            break
        older.click()
    (wanted,) = demo_warehouse.execute("select count(*) from market_moves").fetchone() or (0,)
    assert len(found) == len(set(found)) == wanted


def test_markup_in_articles_is_text(page: Page, hostile: str) -> None:
    page.goto(hostile)
    page.locator("a[href^='/article/']").first.click()
    assert "<script>document.title = 'owned'</script>" in page.locator("h1").inner_text()
    assert "<b>München</b>" in page.locator(".text").inner_text()
    assert "<i>Bote</i>" in page.locator(".text").inner_text()
    assert page.title() != "owned"
    assert page.locator("main script, main img, main b, main i").count() == 0
    assert page.locator("h1").get_attribute("dir") == "auto"


def test_by_keyboard_alone(page: Page, address: str) -> None:
    english(page)
    page.goto(f"{address}/claims")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "company":
            break
    page.keyboard.type("Veltronik")
    page.keyboard.press("Enter")
    page.wait_for_url("**/claims?*company=Veltronik*")
    for _ in range(60):
        page.keyboard.press("Tab")
        if "Evidence" in page.evaluate("document.activeElement.textContent"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/article/**")
    assert page.locator("mark.chosen").count() == 1


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_in_light_and_dark(browser: Browser, address: str, name: str, scheme: Any) -> None:
    page = browser.new_page(viewport={"width": 1200, "height": 900}, color_scheme=scheme)
    page.goto(address + PAGES[name])
    found = Axe().run(page).response["violations"]
    assert [rule["id"] for rule in found if rule["impact"] in SERIOUS] == []
    shown(page, f"{name}-{scheme}")
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_pages_fit_a_phone(browser: Browser, address: str, name: str) -> None:
    page = browser.new_page(viewport=PHONE, is_mobile=True, has_touch=True)
    page.goto(address + PAGES[name])
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    shown(page, f"{name}-phone")
    page.close()


def test_german_and_english(page: Page, address: str) -> None:
    page.set_extra_http_headers({"Accept-Language": "de-AT,de;q=0.9"})
    page.goto(f"{address}/claims?type=insolvency")
    assert page.locator("h1").inner_text() == "Behauptungen"
    page.get_by_role("link", name="en", exact=True).click()
    assert page.locator("h1").inner_text() == "Claims"
    assert "type=insolvency" in page.url
    page.goto(f"{address}/rivals")
    assert page.locator("h1").inner_text() == "Rivals", "what was chosen stays"


def test_sql_gives_rows_or_says_what_is_wrong(page: Page, address: str, tmp_path: Path) -> None:
    english(page)
    page.goto(f"{address}/sql")
    page.locator("textarea").fill("selekt 1")
    page.get_by_role("button", name="Run").click()
    assert "LINE 1: selekt 1" in page.locator(".problem").inner_text()
    page.get_by_role("link", name="Who competes with whom").click()
    assert page.locator("tbody tr").count() > 0
    page.locator("textarea").fill(f"from enable_logging(storage='file', storage_path='{tmp_path / 'log'}')")
    page.get_by_role("button", name="Run").click()
    assert not (tmp_path / "log").exists()
    page.goto(f"{address}/claims")
    assert page.locator(".claim").count() > 0, "the explorer outlives a query"


def test_a_company_leads_to_its_moves_and_a_move_to_who_told_it(page: Page, address: str) -> None:
    english(page)
    page.goto(f"{address}/company/veltronik")
    page.get_by_role("region", name="Moves").get_by_role("link").first.click()
    assert "/move/" in page.url
    assert page.locator(".claim").count() > 0
    shown(page, "move")
