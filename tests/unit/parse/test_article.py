"""What is made of a page as a whole: text that only its JSON-LD has, and faults that need the whole page."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from pipelines.parse import parse_article
from pipelines.records import PageFault
from tests.unit.parse.pages import PARAGRAPHS, TITLE, article, page, paragraphs

WHOLE = "\n\n".join(PARAGRAPHS)
FETCHED = datetime(2026, 3, 2, 8, tzinfo=UTC)


def told(body: str) -> str:
    thing = {"@type": "NewsArticle", "headline": TITLE, "articleBody": body}
    return f'<script type="application/ld+json">{json.dumps(thing)}</script>'


@pytest.mark.parametrize(
    "said", ["\n".join(PARAGRAPHS), WHOLE, "".join(paragraphs())], ids=["lines", "blank", "markup"]
)
def test_a_page_whose_text_a_script_would_show_is_read_from_its_json_ld(said: str) -> None:
    read = parse_article(page(f'<div id="app"><h1>{TITLE}</h1></div>', told(said)))
    assert (read.title, read.text, read.faults) == (TITLE, WHOLE, {})
    assert {p.rule_id for p in read.paragraphs} == {"json-ld"}


def test_what_the_page_shows_outdoes_its_json_ld() -> None:
    read = parse_article(page(article(*paragraphs()), told("Ein anderer Text, der nirgends zu sehen ist. " * 40)))
    assert read.text == WHOLE


def test_a_short_text_is_not_exchanged_for_one_hardly_longer() -> None:
    read = parse_article(page(article(f"<p>{PARAGRAPHS[0]}</p>"), told(f"{PARAGRAPHS[0]} Mehr dazu in Kürze.")))
    assert read.text == PARAGRAPHS[0]


def dated(moment: datetime) -> bytes:
    return page(article(*paragraphs()), f'<meta property="article:published_time" content="{moment.isoformat()}">')


@pytest.mark.parametrize(
    ("ahead", "is_fault"),
    [(timedelta(days=-400), False), (timedelta(hours=23), False), (timedelta(hours=25), True), (timedelta(999), True)],
)
def test_a_date_later_than_the_page_was_fetched_is_marked_and_kept(ahead: timedelta, is_fault: bool) -> None:
    moment = FETCHED + ahead
    read = parse_article(dated(moment), fetched_at=FETCHED)
    assert read.published == moment
    assert (PageFault.FUTURE_DATE in read.faults) is is_fault
    assert parse_article(dated(moment)).faults == {}, "nobody knows when it was fetched"
