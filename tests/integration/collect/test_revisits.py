"""Looking at a page again: when, what is asked, and what becomes of pages that changed, moved or are gone."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler

import pytest

TODAY = datetime.now(UTC).date()
AFTER = (1, 7)


def pass_days(home, days: float) -> None:  # type: ignore[no-untyped-def]
    """Everything in the index happened so much earlier: for a run with the real clock, so many days have passed."""
    for url, fetched_at, visited_at in home.state.all("select url, fetched_at, visited_at from pages"):
        earlier = [
            (datetime.fromisoformat(at) - timedelta(days=days)).isoformat() for at in (fetched_at, visited_at)
        ]  # fmt: skip
        home.state.run("update pages set fetched_at = ?, visited_at = ? where url = ?", *earlier, url)


def look(home, days: float = 0, after: tuple[int, ...] = AFTER):  # type: ignore[no-untyped-def]
    """A run so many days after the one before; its log."""
    pass_days(home, days)
    return home.run_day(first=TODAY, revisit_after=after)


def contents(home) -> list[tuple[str, bytes]]:  # type: ignore[no-untyped-def]
    failures: Counter[str] = Counter()
    found = [(page.url, page.body) for page in home.archive.pages(TODAY, failures=failures)]
    assert not failures
    return found


@pytest.fixture
def listed(site, home, make_page):
    """One article of today, fetched."""
    site.add("/a", make_page("First words"), ETag='"1"', Last_Modified="Thu, 02 May 2024 08:00:00 GMT")
    home.list(site.url + "/a", day=TODAY)
    home.run(TODAY)
    assert home.archive.index.changed_dates().keys() == {TODAY}
    home.archive.index.mark_loaded(TODAY, home.archive.index.changes_of(TODAY))
    return site.url + "/a"


def answer_304(asked: list[tuple[str | None, str | None]]):  # type: ignore[no-untyped-def]
    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked.append((handler.headers.get("If-None-Match"), handler.headers.get("If-Modified-Since")))
        handler.send_response(304)
        handler.end_headers()

    return answer


def test_a_page_is_looked_at_after_one_and_after_seven_days(site, home, listed):
    passed = 0.0
    for days, requests in [(0.5, 1), (1, 2), (1.5, 2), (6.9, 2), (7, 3), (7.5, 3), (300, 3)]:
        look(home, days - passed)
        passed = days
        assert site.paths().count("/a") == requests, days
    assert home.archive.index.count(TODAY, "example") == (1, 2)


def test_the_days_are_a_setting_and_an_empty_one_means_never(site, home, listed):
    look(home, 3, ())
    look(home, 0, (4,))
    assert site.paths().count("/a") == 1
    look(home, 0, (2,))
    assert site.paths().count("/a") == 2


def test_the_clock_can_be_given(site, home, listed):
    home.run(TODAY, revisit_after=AFTER, now=datetime.now(UTC) + timedelta(hours=23))
    assert site.paths().count("/a") == 1
    home.run(TODAY, revisit_after=AFTER, now=datetime.now(UTC) + timedelta(hours=25))
    assert site.paths().count("/a") == 2


def test_an_unchanged_page_is_asked_for_with_its_validators_and_costs_a_revisit_record(site, home, listed):
    asked: list[tuple[str | None, str | None]] = []
    site.answers["/a"] = [answer_304(asked)]
    log = look(home, 1)
    assert asked == [('"1"', "Thu, 02 May 2024 08:00:00 GMT")]
    assert (log.discovered, log.fetched, log.unchanged, log.failures) == (1, 1, 1, {})
    assert len(contents(home)) == 1
    assert home.files() == [f"{TODAY}/example/00000.warc.gz", f"{TODAY}/example/00001.warc.gz"]
    assert home.archive.index.changed_dates() == {}


def test_a_page_that_comes_whole_and_is_the_same_is_unchanged_too(site, home, listed):
    log = look(home, 1)
    assert (log.fetched, log.unchanged) == (1, 1)
    assert len(contents(home)) == 1
    assert home.archive.index.changed_dates() == {}


def test_a_corrected_page_is_a_new_version_under_its_archive_date(site, home, listed, make_page):
    site.answers["/a"].clear()
    site.add("/a", make_page("Corrected words"), ETag='"2"')
    log = look(home, 1)
    assert (log.discovered, log.fetched, log.unchanged, log.failures) == (1, 1, 0, {})
    assert contents(home) == [
        (listed, make_page("First words").encode()), (listed, make_page("Corrected words").encode()),
    ]  # fmt: skip
    assert home.archive.index.changed_dates().keys() == {TODAY}
    asked: list[tuple[str | None, str | None]] = []
    site.answers["/a"] = [answer_304(asked)]
    assert look(home, 6).unchanged == 1
    assert asked == [('"2"', None)]  # what the newer version came with


def test_a_page_may_be_empty_or_no_page_any_more_and_stays_as_it_was(site, home, listed):
    for number, (body, status) in enumerate([(" ", 200), ("%PDF-1.7", 200), ("gone", 410)]):
        site.answers["/a"].clear()
        site.add("/a", body, status=status)
        log = look(home, 1)
        home.state.run("update pages set fetched_at = ?", datetime.now(UTC).isoformat())
        assert (log.fetched, log.unchanged) == (1, 0)
        assert site.paths().count("/a") == 2 + number
        look(home)
        assert site.paths().count("/a") == 2 + number, "once is enough"
    assert len(contents(home)) == 1
    assert home.archive.index.changed_dates() == {}


def test_trouble_that_may_pass_is_tried_again_by_the_next_run(site, home, listed, make_page):
    site.answers["/a"].clear()
    for _ in range(3):
        site.add("/a", status=500)
    site.add("/a", make_page("Corrected words"))
    look(home, 1)
    assert len(contents(home)) == 1
    look(home)
    assert len(contents(home)) == 2


def test_a_publisher_who_opts_out_later_is_heeded_for_what_comes_later(site, home, listed, make_page):
    site.answers["/a"].clear()
    site.add("/a", make_page("Corrected words"), X_Robots_Tag="noai")
    look(home, 1)
    assert [body for _, body in contents(home)] == [make_page("First words").encode()]
    assert home.state.all("select url, kind from opt_outs") == [(listed, "noai")]
    look(home)
    assert site.paths().count("/a") == 2


def test_a_page_that_moved_is_looked_at_once_where_it_is_now(site, home, listed, make_page):
    site.answers["/a"].clear()
    site.add("/a", status=301, Location="/moved")
    site.add("/moved", make_page("First words"))
    assert look(home, 1).unchanged == 1
    look(home)
    assert site.paths().count("/moved") == 1
    assert len(contents(home)) == 1


def test_a_page_that_leads_to_another_article_by_now_adds_nothing(site, home, listed, make_page):
    site.add("/b", make_page("Another article"))
    home.list(site.url + "/b", day=TODAY)
    home.run(TODAY)
    before = contents(home)
    assert len(before) == 2
    site.answers["/a"].clear()
    site.add("/a", status=301, Location="/b")
    look(home, 1)
    look(home)
    assert contents(home) == before
    assert site.paths().count("/a") == 2


def test_history_is_never_looked_at_again(site, home, make_page):
    """What a backfill fetched years after its date: nobody corrects it any more."""
    site.add("/old", make_page("Old"))
    day = date(2019, 3, 4)
    home.list(site.url + "/old", day=day)
    home.run(day)
    pass_days(home, 7)
    home.run(day, revisit_after=AFTER)
    assert site.paths().count("/old") == 1


def test_pages_of_a_source_that_is_no_longer_collected_are_left_alone(site, home, listed, make_source):
    home.sources = [make_source(site, id="other")]
    pass_days(home, 1)
    assert home.run(TODAY, revisit_after=AFTER) == {}
    assert site.paths().count("/a") == 1


def test_a_page_from_a_web_archive_is_not_asked_of_its_own_server(site, home, make_page):
    site.add("/web/x", make_page("Held"))
    home.list(site.url + "/live", day=TODAY, held_at=site.url + "/web/x")
    home.run(TODAY)
    look(home, 7)
    assert "/live" not in site.paths()
    assert site.paths().count("/web/x") == 1


def test_a_run_takes_up_what_is_late_and_what_is_due_together(site, home, listed, make_page):
    """As the daily run does: a page pending from the day before, and one due again."""
    yesterday = TODAY - timedelta(days=1)
    site.add("/late", make_page("Late"))
    home.list(site.url + "/late", day=yesterday)
    pass_days(home, 1)
    logs = home.run(yesterday, TODAY, revisit_after=AFTER)
    assert {day: (log.fetched, log.unchanged) for (_, day), log in logs.items()} == {yesterday: (1, 0), TODAY: (1, 1)}
    assert site.paths().count("/late") == 1
