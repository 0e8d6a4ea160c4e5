"""The pages carry what real pages carry around an article: metadata of three kinds, advertisements, teasers."""

from __future__ import annotations

import json

import pytest
from selectolax.lexbor import LexborHTMLParser

from pipelines.demo import Press
from pipelines.demo.stories import PUBLISHERS, Story, read_stories

PRESS = Press()
STORIES = [story for publisher in PUBLISHERS for story in read_stories(publisher)]
FOOTER = {"de": "Erfundene Meldung der Claimhouse-Demo", "en": "Invented story of the Claimhouse demo"}
ADVERTISED = {"wirtschaftsbote": "Oracle", "technikspiegel": "Salesforce", "harbourledger": "Shopify"}
BODY = {"wirtschaftsbote": ".article__body", "technikspiegel": ".text", "harbourledger": ".story-copy"}


def page(story: Story) -> LexborHTMLParser:
    body = PRESS.sites[story.publisher.host][story.path].body
    return LexborHTMLParser(body.decode(story.publisher.charset))


def of(publisher_id: str) -> list[Story]:
    return [story for story in STORIES if story.publisher.id == publisher_id]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.path)
def test_a_page_shows_the_whole_story_and_says_that_it_is_invented(story: Story) -> None:
    tree = page(story)
    set_paragraphs = {node.text() for node in tree.css(f"{BODY[story.publisher.id]} > *")}
    assert {block.text for block in story.blocks} <= set_paragraphs
    assert FOOTER[story.publisher.language] in tree.body.text()
    assert tree.css_first("h1").text() == story.headline
    assert tree.css_first("link[rel=canonical]").attributes["href"] == story.canonical_url


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.path)
def test_the_advertisement_stands_within_the_text_and_its_company_in_no_story(story: Story) -> None:
    name = ADVERTISED[story.publisher.id]
    assert name in page(story).css_first(BODY[story.publisher.id]).text()
    assert name not in story.text


def test_three_ways_of_saying_when() -> None:
    for story in of("wirtschaftsbote"):
        data = json.loads(page(story).css_first("script[type='application/ld+json']").text())
        assert (data["headline"], data["datePublished"]) == (story.headline, story.published.isoformat())
    for story in of("technikspiegel"):
        tree = page(story)
        assert tree.css_first("meta[property='og:title']").attributes["content"] == story.headline
        stamp = tree.css_first("meta[property='article:published_time']").attributes["content"]
        assert stamp == story.published.isoformat()
        assert tree.css_first("time") is None
    for story in of("harbourledger"):
        tree = page(story)
        assert tree.css_first("time").attributes["datetime"] == story.published.isoformat()
        assert not tree.css("meta[property], script")


def test_one_advertisement_is_marked_only_by_a_heading_word() -> None:
    paragraph = next(p for p in page(of("technikspiegel")[0]).css(".text > p") if "Salesforce" in p.text())
    assert paragraph.text().startswith("Anzeige")
    assert not paragraph.attributes


def test_addresses_are_plain_ascii() -> None:
    assert all(story.path.isascii() for story in STORIES)


def test_markup_in_a_story_is_escaped() -> None:
    story = next(story for story in STORIES if "Hartmann & Söhne" in story.text)
    assert b"Hartmann &amp; S\xc3\xb6hne" in PRESS.sites[story.publisher.host][story.path].body


def test_the_corrected_story_has_two_versions_that_differ_in_one_figure() -> None:
    versions = [story for story in STORIES if story.id == "siltron-nord-baut-chipwerk"]
    first, second = sorted(versions, key=lambda story: story.version)
    assert second.url == f"{first.url}?fassung=2"
    assert second.canonical_url == first.canonical_url == first.url
    assert second.listed.date() > first.listed.date()
    assert second.published == first.published
    assert "240 Millionen Euro" in first.text
    assert second.text.startswith(first.text.replace("240 Millionen Euro", "420 Millionen Euro"))


def test_four_copies_of_one_agency_story_at_two_publishers() -> None:
    copies = [story for story in STORIES if story.dateline == "ULM (dpa-AFX)"]
    assert len(copies) == 4
    assert len({story.body for story in copies}) == 1
    assert len({story.publisher.id for story in copies}) == 2
    assert len({story.headline for story in copies}) == 4
