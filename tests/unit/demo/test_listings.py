"""The feeds and the sitemap list every story on its day, and with them the links a collector must survive."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import feedparser
import pytest
from protego import Protego
from selectolax.lexbor import LexborHTMLParser

from pipelines.demo import DEMO_END, DEMO_START, SOURCES, Press
from pipelines.demo.site import Resource
from pipelines.demo.stories import PUBLISHERS, Publisher, read_stories
from pipelines.settings import read_sources_file

FORBIDDEN = "http://wirtschaftsbote.example/intern/redaktionsplan-maerz"
DEAD = "http://harbourledger.example/2026/03/08/harbour-dues-explained"


@pytest.fixture(scope="module")
def sites() -> Mapping[str, Mapping[str, Resource]]:
    return Press().sites


def listed(publisher: Publisher, site: Mapping[str, Resource]) -> dict[str, date]:
    """URL → UTC day, read from what the host serves."""
    document = site[publisher.listing_path].body
    if publisher.listing_path.endswith("sitemap.xml"):
        tree = LexborHTMLParser(document.decode())
        urls = [node.text() for node in tree.css("loc")]
        days = [node.text() for node in tree.css("news\\:publication_date")]
    else:
        entries = feedparser.parse(io.BytesIO(document)).entries
        return {entry["link"]: date(*entry["published_parsed"][:3]) for entry in entries}
    return {url: datetime.fromisoformat(day).astimezone(UTC).date() for url, day in zip(urls, days, strict=True)}


@pytest.mark.parametrize("publisher", PUBLISHERS, ids=lambda publisher: publisher.id)
def test_a_listing_has_every_version_under_its_day(
    publisher: Publisher, sites: Mapping[str, Mapping[str, Resource]]
) -> None:
    found = listed(publisher, sites[publisher.host])
    expected = {story.url: story.listed.astimezone(UTC).date() for story in read_stories(publisher)}
    more = {publisher.url + link.path: link.listed.astimezone(UTC).date() for link in publisher.more_listings}
    assert found == expected | more


def test_every_day_has_stories_and_none_lies_outside(sites: Mapping[str, Mapping[str, Resource]]) -> None:
    days = Counter(day for publisher in PUBLISHERS for day in listed(publisher, sites[publisher.host]).values())
    assert sorted(days) == [DEMO_START + timedelta(days=n) for n in range(14)]
    assert max(days) == DEMO_END
    assert min(days.values()) >= 3


def test_one_listed_link_is_forbidden_and_one_is_dead(sites: Mapping[str, Mapping[str, Resource]]) -> None:
    verdicts = Counter[str]()
    for publisher in PUBLISHERS:
        site = sites[publisher.host]
        robots = Protego.parse(site["/robots.txt"].body.decode())
        for url in listed(publisher, site):
            if not robots.can_fetch(url, "claimhouse"):
                assert url == FORBIDDEN
                verdicts["forbidden"] += 1
            elif url.removeprefix(publisher.url) not in site:
                assert url == DEAD
                verdicts["dead"] += 1
    assert verdicts == {"forbidden": 1, "dead": 1}


def test_the_forbidden_page_stands_there_for_who_ignores_robots(sites: Mapping[str, Mapping[str, Resource]]) -> None:
    assert "/intern/redaktionsplan-maerz" in sites["wirtschaftsbote.example"]


def test_the_sources_file_is_valid_and_names_what_is_served(sites: Mapping[str, Mapping[str, Resource]]) -> None:
    file = read_sources_file(SOURCES)
    assert file.start_date == DEMO_START
    assert file.http.delay == 0
    assert file.http.proxy is None
    by_id = {publisher.id: publisher for publisher in PUBLISHERS}
    assert [source.id for source in file.sources] == list(by_id)
    for source in file.sources:
        publisher = by_id[source.id]
        assert str(source.url) == publisher.url + publisher.listing_path
        assert (source.name, source.language) == (publisher.name, publisher.language)
