"""The labels fit the stories they are for, and between them they use the whole vocabulary of the tables."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from pipelines.demo import EXPECTED, Press
from pipelines.demo.stories import PUBLISHERS, Story, read_stories

MOVE_TYPES = set(
    "market_entry market_exit market_presence product_launch product_end acquisition merger divestiture investment "
    "patent_deal partnership repositioning go_to_market price_change sales_change market_share_change "
    "financial_result capacity_change workforce_change legal_action insolvency leadership_change stock_price_change "
    "financing".split()
)
SOURCE_KINDS = set("person company news_agency medium research_firm bank_analyst authority association unnamed".split())
LABELS: list[dict[str, Any]] = [json.loads(line) for line in EXPECTED.read_text(encoding="utf-8").splitlines()]
NEWEST = {story.id: story for p in PUBLISHERS for story in sorted(read_stories(p), key=lambda s: s.version)}
PRESS = Press()

each_label = pytest.mark.parametrize("label", LABELS, ids=lambda label: label["id"])


def all_of(part: str) -> list[dict[str, Any]]:
    return [entry for label in LABELS for entry in label[part]]


def names(label: dict[str, Any], company: str) -> list[str]:
    return next([c["name"], *c["aliases"]] for c in label["companies"] if c["name"] == company)


def visible(story: Story) -> str:
    return "\n".join([story.headline, story.text, story.photo_caption or "", story.photo_credit or ""])


def test_every_story_has_one_label_and_there_are_enough() -> None:
    assert sorted(label["id"] for label in LABELS) == sorted(NEWEST)
    assert len(LABELS) >= 48


@each_label
def test_a_label_belongs_to_its_story(label: dict[str, Any]) -> None:
    story = NEWEST[label["id"]]
    assert label["url"] == story.canonical_url
    assert label["url"].rsplit("/", 1)[-1] == label["id"]
    assert label["lang"] == story.publisher.language
    assert 90 <= len(story.text.split()) <= 220


@each_label
def test_all_evidence_stands_in_one_paragraph(label: dict[str, Any]) -> None:
    paragraphs = [block.text for block in NEWEST[label["id"]].blocks]
    for entry in [*label["moves"], *label["competitors"], *label["attributions"]]:
        evidence = entry["evidence"]
        assert 0 < len(evidence) <= 300
        assert any(evidence in paragraph for paragraph in paragraphs), evidence


@each_label
def test_all_companies_stand_in_the_text_and_all_claims_are_about_them(label: dict[str, Any]) -> None:
    text = visible(NEWEST[label["id"]])
    known = {company["name"] for company in label["companies"]}
    assert len(known) == len(label["companies"])
    for company in label["companies"]:
        assert all(name in text for name in [company["name"], *company["aliases"]]), company
    assert {move["actor"] for move in label["moves"]} <= known
    assert {pair[side] for pair in label["competitors"] for side in "ab"} <= known


@each_label
def test_noise_companies_stand_on_the_page_but_not_in_the_story(label: dict[str, Any]) -> None:
    story = NEWEST[label["id"]]
    whole = LexborHTMLParser(PRESS.sites[story.publisher.host][story.path].body.decode(story.publisher.charset))
    assert len(label["noise_companies"]) >= 5
    for name in label["noise_companies"]:
        assert name.split()[0] in whole.body.text(), name
        assert name not in visible(story)


@each_label
def test_core_claims_name_their_companies_and_sources(label: dict[str, Any]) -> None:
    for move in label["moves"]:
        if move["core"]:
            assert any(name in move["evidence"] for name in names(label, move["actor"])), move
    for pair in label["competitors"]:
        if pair["core"]:
            for side in "ab":
                assert any(name in pair["evidence"] for name in names(label, pair[side])), pair
    for attribution in label["attributions"]:
        if attribution["core"] and attribution["kind"] != "unnamed":
            assert attribution["source"].split()[-1] in attribution["evidence"], attribution


def test_the_whole_vocabulary_occurs() -> None:
    moves, pairs, attributions = all_of("moves"), all_of("competitors"), all_of("attributions")
    types = Counter(move["type"] for move in moves)
    assert set(types) == MOVE_TYPES
    assert min(types.values()) >= 2
    assert {move["type"] for move in moves if move["core"]} == MOVE_TYPES
    assert {move["certainty"] for move in moves} == {"actual", "announced", "possible", "denied"}
    assert {move["direction"] for move in moves} == {"up", "down", None}
    assert {move["unit"] for move in moves} >= {
        "percent",
        "EUR",
        "USD",
        "GBP",
        "jobs",
        "units",
        "patents",
        "stores",
        "rank",
    }
    assert {pair["strength"] for pair in pairs} == {"stated", "implied", "speculative"}
    assert {attribution["kind"] for attribution in attributions} == SOURCE_KINDS
    assert {a["manner"] for a in attributions} == {"direct", "indirect", "according_to", "credit"}


@pytest.mark.parametrize("language", ["de", "en"])
def test_each_language_has_every_certainty_strength_and_move_type(language: str) -> None:
    moves = [move for label in LABELS if label["lang"] == language for move in label["moves"]]
    pairs = [pair for label in LABELS if label["lang"] == language for pair in label["competitors"]]
    assert {move["type"] for move in moves} == MOVE_TYPES
    assert {move["certainty"] for move in moves} == {"actual", "announced", "possible", "denied"}
    assert {pair["strength"] for pair in pairs} == {"stated", "implied", "speculative"}


def test_one_story_is_no_business_story() -> None:
    silent = [label for label in LABELS if not label["companies"]]
    assert [label["id"] for label in silent] == ["ruderer-siegen-auf-dem-rhein"]
    assert not silent[0]["moves"]
    assert not silent[0]["competitors"]


def test_the_corrected_story_is_labelled_with_the_new_figure() -> None:
    label = next(label for label in LABELS if label["id"] == "siltron-nord-baut-chipwerk")
    investment = next(move for move in label["moves"] if move["type"] == "investment")
    assert investment["value"] == 420_000_000
