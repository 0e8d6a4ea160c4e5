"""The press by the calendar: what is out when, what replaces what, and a year of it out of a fortnight."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from pipelines.demo import Press, Story, all_stories, edition, serve_press, shifted, stretched
from pipelines.demo.stories import PUBLISHERS

STORIES = all_stories()
FIRST, DAYS = date(2025, 3, 1), 365
YEAR = stretched(STORIES, FIRST, DAYS)
END = datetime(2026, 3, 16, tzinfo=UTC)


def article(story: Story) -> tuple[str, str]:
    return story.headline, story.text


def test_an_edition_is_what_has_come_out_by_then() -> None:
    assert edition(STORIES, END) == STORIES
    noon = datetime(2026, 3, 5, 12, tzinfo=UTC)
    assert edition(STORIES, noon) == tuple(story for story in STORIES if story.listed <= noon)
    assert edition(STORIES, datetime(2026, 3, 1, tzinfo=UTC)) == ()


def test_a_late_story_is_in_no_edition_before_it_appears_and_keeps_its_date() -> None:
    late = replace(STORIES[3], appeared=END)
    others = [story for story in STORIES if story != STORIES[3]]
    assert edition([*others, late], END - timedelta(seconds=1)) == tuple(others)
    assert edition([*others, late], END)[3] == late


def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    before = STORIES[-1]
    after = replace(before, headline="Corrected", modified=before.listed + timedelta(days=2))
    assert before in edition([after, *STORIES], before.listed)
    corrected = edition([after, *STORIES], END + timedelta(days=9))
    assert after in corrected
    assert before not in corrected
    assert len(corrected) == len(STORIES)


@pytest.mark.parametrize("publisher", PUBLISHERS[:2], ids=lambda publisher: publisher.id)
def test_the_page_of_a_correction_says_when_it_was_corrected(publisher) -> None:  # type: ignore[no-untyped-def]
    story = next(story for story in STORIES if story.publisher == publisher)
    changed = story.listed + timedelta(days=2)
    page = Press([replace(story, modified=changed)]).sites[publisher.host][story.path]
    assert changed.isoformat() in page.body.decode(publisher.charset)
    assert page.last_modified == changed


def test_a_running_press_can_publish_another_edition() -> None:
    first, second = STORIES[:5], STORIES[5:]
    with serve_press(stories=first) as running, httpx.Client(proxy=running.proxy_url, trust_env=False) as client:
        assert client.get(first[0].url).status_code == 200
        assert client.get(second[0].url).status_code == 404
        running.publish(second)
        assert client.get(first[0].url).status_code == 404
        assert client.get(second[0].url).status_code == 200
        running.publish(())
        assert [client.get(p.url + p.listing_path).status_code for p in PUBLISHERS] == [200, 200, 200]


def test_a_shift_moves_every_date_and_nothing_else() -> None:
    by = timedelta(days=-70)
    moved = shifted(STORIES, by)
    assert [(s.listed - by, s.published - by, article(s), s.id) for s in moved] == [
        (s.listed, s.published, article(s), s.id) for s in STORIES
    ]


def test_a_stretched_press_has_about_the_articles_asked_for_on_every_day_the_same_each_time() -> None:
    days = Counter(story.listed.astimezone(UTC).date() for story in YEAR)
    assert sorted(days) == [FIRST + timedelta(days=n) for n in range(DAYS)]
    assert set(days.values()) == {3, 4}
    assert abs(len({story.canonical_url for story in YEAR}) - 1_200) < 60
    assert stretched(STORIES, FIRST, DAYS) == YEAR


def test_every_story_of_a_stretched_press_is_an_article_of_its_own() -> None:
    assert len({story.url for story in YEAR}) == len(YEAR)
    texts = Counter(map(article, YEAR))
    of_agency = Counter(map(article, STORIES))
    assert {count for text, count in texts.items() if text not in of_agency} == {1}
    assert [text for text in of_agency if texts[text] > of_agency[text]] == []


def test_the_first_round_tells_the_stories_as_they_are_and_later_ones_of_other_companies() -> None:
    assert sorted(map(article, stretched(STORIES, FIRST, 14, 54))) == sorted(map(article, STORIES))
    (again,) = [story for story in YEAR if story.id == "brightmoor-cuts-jobs-2"]
    assert "Brightmoor" not in again.headline + again.text
    assert "Armoor" in again.text


def test_later_versions_stay_with_the_first() -> None:
    versions = [story for story in YEAR if story.version > 1]
    assert len(versions) == 22
    for later in versions:
        (first,) = [s for s in YEAR if s.id == later.id and s.version == 1]
        assert later.published == first.published < later.listed
