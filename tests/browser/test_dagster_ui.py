"""Dagster's UI in a real browser: the graph, a partitioned asset and the checks of a mart show our names and numbers.

`CLAIMHOUSE_PICTURES=docs/pictures python -m pytest tests/browser` makes the pictures of the documentation anew.
"""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import keep_picture

LONG = 60_000
"""Milliseconds in which a page shows what it has, on a busy machine."""


def shows(page: Page, *texts: str) -> None:
    for text in texts:
        expect(page.get_by_text(text, exact=True).filter(visible=True).first).to_be_visible(timeout=LONG)


def test_the_graph_shows_the_steps_by_their_names_in_order(page: Page, dagster_ui: str) -> None:
    page.goto(f"{dagster_ui}/locations/assets.definitions/asset-groups/ingestion")
    steps = ("imported_pages", "candidates", "pages", "articles", "annotations", "raw_tables")
    shows(page, *steps)
    places = [page.get_by_text(step, exact=True).first.bounding_box() for step in steps[1:]]
    lefts = [place["x"] for place in places if place]
    assert lefts == sorted(lefts)
    assert len(lefts) == len(steps) - 1
    keep_picture(page, "dagster-graph")


def test_all_groups_are_in_the_global_graph(page: Page, dagster_ui: str) -> None:
    page.goto(f"{dagster_ui}/asset-groups")
    shows(page, "ingestion", "staging", "intermediate", "marts", "publication")
    keep_picture(page, "dagster-groups")


def test_a_partition_shows_what_was_counted_for_it(page: Page, dagster_ui: str) -> None:
    page.goto(f"{dagster_ui}/assets/articles?view=partitions&partition=2026-03-05")
    expect(page.get_by_text("Materialized (14)")).to_be_visible(timeout=LONG)
    shows(page, "2026-03-05", "parsed", "failures", "parser")
    keep_picture(page, "dagster-partition")


def test_the_checks_of_a_mart_have_passed(page: Page, dagster_ui: str) -> None:
    page.goto(f"{dagster_ui}/assets/marts/market_moves?view=checks")
    expect(page.get_by_text(re.compile(r"Checks \(\d+\)"))).to_be_visible(timeout=LONG)
    shows(page, "accepted_values_market_moves_basis__change__level", "Succeeded")
    assert page.get_by_text("Succeeded", exact=True).filter(visible=True).count() >= 10
    assert page.get_by_text("Failed", exact=True).count() == 0
    keep_picture(page, "dagster-checks")


def test_what_an_asset_is_and_whose_it_is_is_said(page: Page, dagster_ui: str) -> None:
    page.goto(f"{dagster_ui}/assets/pages")
    shows(page, "What was fetched, as it came, in WARC files.", "claimhouse", "ingestion")


def test_every_job_is_there(page: Page, dagster_ui: str) -> None:
    page.goto(f"{dagster_ui}/jobs")
    shows(page, "daily", "derive", "inbox", "ingest", "poll", "reannotate", "reparse")
