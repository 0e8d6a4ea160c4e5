"""The steps of a daily run against a real server: polling, late arrivals, corrections, sources that fail."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from pipelines import steps
from pipelines.collect import Archive, LogStore, State
from pipelines.errors import CollectBusy
from pipelines.settings import Settings, load_settings

NOW = datetime.now(UTC)
TODAY = NOW.date()
YESTERDAY, LAST_WEEK, LONG_AGO = (TODAY - timedelta(days=days) for days in (1, 7, 40))
Publish = Callable[..., None]


def feed_of(items: str) -> str:
    return f"<rss version='2.0'><channel><title>E</title>{items}</channel></rss>"


@pytest.fixture
def settings(site, other_site, tmp_path: Path) -> Settings:
    """Two sources that are collected: one that a test fills, one that lists nothing."""
    other_site.add("/feed", feed_of(""))
    path = tmp_path / "sources.yaml"
    path.write_text(f"""\
start_date: {LONG_AGO}
environment: test
http: {{delay: 0, timeout: 0.4, allow_loopback: true}}
collect: {{lock_wait: 0}}
sources:
  - {{id: example, name: Example, type: feed, url: "{site.url}/feed", language: en}}
  - {{id: other, name: Other, type: feed, url: "{other_site.url}/feed", language: en}}
  - {{id: idle, name: Idle, type: feed, url: "{other_site.url}/idle", language: en, enabled: false}}
""")
    return load_settings(tmp_path / "home", path, {})


@pytest.fixture
def publish(site, make_page) -> Publish:
    """Put articles on the server and into its feed, each with its day."""

    def publish(**days) -> None:  # type: ignore[no-untyped-def]
        items = []
        for name, day in days.items():
            at = datetime(day.year, day.month, day.day, tzinfo=UTC)
            items.append(
                f"<item><link>/{name}</link><title>{name}</title><pubDate>{format_datetime(at)}</pubDate></item>"
            )
            site.add(f"/{name}", make_page(name))
        site.answers["/feed"] = []
        site.add("/feed", feed_of("".join(items)))

    return publish


@pytest.fixture
def pass_days(settings: Settings) -> Callable[[float], None]:
    """Everything in the index happened so much earlier."""

    def pass_days(days: float) -> None:
        with State(settings.home.collection) as state:
            rows = state.all("select fetched_at, visited_at, url from pages")
            shift = timedelta(days=days)
            for *times, url in rows:
                earlier = [(datetime.fromisoformat(at) - shift).isoformat() for at in times]
                state.run("update pages set fetched_at = ?, visited_at = ? where url = ?", *earlier, url)

    return pass_days


def test_every_source_is_polled_and_a_broken_one_is_named_and_counted(site, other_site, settings, publish):
    publish(a=YESTERDAY, b=TODAY, c=LONG_AGO)
    other_site.answers["/feed"] = []
    other_site.add("/feed", "gone", status=410)
    ticks: list[int] = []
    polled = steps.poll_sources(settings, [YESTERDAY, TODAY], lambda: ticks.append(1))
    assert polled.candidates == {YESTERDAY: 1, TODAY: 1}
    assert polled.new == 3
    assert polled.failures == {"other": {"http_4xx": 1}}
    assert "/feed" in polled.problems["other"]
    assert set(polled.problems) == {"other"}
    assert len(ticks) == 2
    assert "/idle" not in other_site.paths()
    logs = {log.source_id: log for log in steps.fetch_dates(settings, [YESTERDAY, TODAY])}
    assert logs["other"].failures == {"http_4xx": 1}


def test_polling_again_brings_nothing_new_and_asks_whether_anything_has_changed(site, settings):
    asked: list[str | None] = []

    def unchanged(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.headers.get("If-None-Match"))
        handler.send_response(304)
        handler.end_headers()

    site.add("/feed", feed_of("<item><link>/a</link><title>a</title></item>"), ETag='"1"')
    site.add_answer("/feed", unchanged)
    assert steps.poll_sources(settings, [YESTERDAY]).new == 1
    again = steps.poll_sources(settings, [YESTERDAY])
    assert (again.new, again.failures, again.problems) == (0, {}, {})
    assert asked == ['"1"']


@pytest.mark.parametrize("last", [YESTERDAY, TODAY])
def test_a_run_of_yesterday_or_today_takes_up_what_came_late(site, settings, publish, last):
    publish(late=last - timedelta(days=3), now=last, old=LONG_AGO)
    steps.poll_sources(settings, [last])
    [log] = steps.fetch_dates(settings, [last])
    assert (log.source_id, log.archive_date, log.fetched) == ("example", last, 1)
    assert [path for path in site.paths() if path in ("/late", "/now", "/old")] == ["/late", "/now"]
    assert steps.dates_to_read(settings, [last]) == [last - timedelta(days=3), last]


def test_a_daily_run_takes_up_what_is_still_pending_from_the_last_days(site, settings, publish, make_page):
    """A server was down on the day before yesterday: its pages come with the next run, under their own day."""
    before = YESTERDAY - timedelta(days=1)
    publish(down=before, up=before)
    site.answers["/down"] = []
    site.add("/down", status=500, Retry_After="0")
    steps.poll_sources(settings, [before])
    [log] = [log for log in steps.fetch_dates(settings, [before]) if log.source_id == "example"]
    assert (log.discovered, log.fetched, log.failures) == (2, 1, {"http_5xx": 1})
    site.answers["/down"] = []
    site.add("/down", make_page("down"))
    with State(settings.home.collection) as state:
        state.run("delete from rests")  # the night has passed
    site.answers["/feed"] = []
    site.add("/feed", feed_of(""))  # the feed no longer lists it
    steps.poll_sources(settings, [YESTERDAY])
    steps.fetch_dates(settings, [YESTERDAY])
    with State(settings.home.collection) as state:
        [log] = [log for log in LogStore(state).read(before) if log.source_id == "example"]
        pages = Archive(settings.home.warc, state).pages(before, failures=Counter())
        assert {page.url for page in pages} == {site.url + "/down", site.url + "/up"}
    assert (log.discovered, log.fetched, log.failures) == (2, 2, {})
    assert site.paths().count("/up") == 1
    assert before in steps.dates_to_read(settings, [YESTERDAY])


def test_a_link_that_led_nowhere_for_good_is_tried_again_for_its_own_date_only(site, settings, publish):
    before = YESTERDAY - timedelta(days=1)
    publish(gone=before, up=before)
    site.answers["/gone"] = []
    site.add("/gone", status=404)
    steps.poll_sources(settings, [before])
    steps.fetch_dates(settings, [before])
    steps.fetch_dates(settings, [YESTERDAY])
    assert site.paths().count("/gone") == 1
    [log] = [log for log in steps.fetch_dates(settings, [before]) if log.source_id == "example"]
    assert (log.fetched, log.failures) == (1, {"http_4xx": 1})
    assert site.paths().count("/gone") == 2


def test_a_backfill_takes_up_its_own_dates_only(site, settings, publish):
    publish(late=LAST_WEEK - timedelta(days=1), then=LAST_WEEK, now=TODAY)
    steps.poll_sources(settings, [LAST_WEEK])
    logs = steps.fetch_dates(settings, [LAST_WEEK])
    assert [log.fetched for log in logs if log.source_id == "example"] == [1]
    assert [path for path in site.paths() if path in ("/late", "/then", "/now")] == ["/then"]


def test_corrections_are_seen_by_the_next_daily_run(site, settings, publish, pass_days, make_page):
    publish(a=YESTERDAY)
    steps.poll_sources(settings, [YESTERDAY])
    steps.fetch_dates(settings, [YESTERDAY])
    site.answers["/a"] = []
    site.add("/a", make_page("a, corrected"))
    pass_days(1)
    [log] = steps.fetch_dates(settings, [YESTERDAY])
    assert site.paths().count("/a") == 2
    assert (log.discovered, log.fetched, log.unchanged) == (1, 1, 0)
    with State(settings.home.collection) as state:
        assert Archive(settings.home.warc, state).index.changed_dates().keys() == {YESTERDAY}
    steps.fetch_dates(settings, [YESTERDAY])
    assert site.paths().count("/a") == 2


def test_a_backfill_looks_at_nothing_again(site, settings, publish, pass_days):
    publish(a=LAST_WEEK)
    steps.poll_sources(settings, [LAST_WEEK])
    steps.fetch_dates(settings, [LAST_WEEK])
    pass_days(1)
    steps.fetch_dates(settings, [LAST_WEEK])
    assert site.paths().count("/a") == 1
    steps.fetch_dates(settings, [YESTERDAY])
    assert site.paths().count("/a") == 2


def test_a_page_of_the_oldest_day_of_the_window_is_still_looked_at(site, settings, publish, pass_days):
    """Fetched the morning after its day, due seven days later in the afternoon, visited by the next morning's run."""
    oldest = YESTERDAY - timedelta(days=settings.file.collect.window_days)
    publish(a=oldest, b=oldest - timedelta(days=1))
    steps.poll_sources(settings, [oldest])
    steps.fetch_dates(settings, [oldest - timedelta(days=1), oldest])
    pass_days((TODAY - oldest).days - 1.5)
    steps.fetch_dates(settings, [YESTERDAY])
    assert (site.paths().count("/a"), site.paths().count("/b")) == (2, 1)


def test_nothing_before_the_start_date_is_taken_up(site, settings, publish):
    start = YESTERDAY - timedelta(days=2)
    settings.sources_path.write_text(
        settings.sources_path.read_text().replace(f"start_date: {LONG_AGO}", f"start_date: {start}")
    )
    changed = load_settings(settings.home.path, settings.sources_path, {})
    publish(early=start - timedelta(days=1), first=start)
    steps.poll_sources(changed, [YESTERDAY])
    steps.fetch_dates(changed, [YESTERDAY])
    assert [path for path in site.paths() if path in ("/early", "/first")] == ["/first"]


def test_after_the_state_is_lost_nothing_is_fetched_again(site, settings, publish):
    publish(a=YESTERDAY, b=TODAY)
    for _ in range(2):
        steps.poll_sources(settings, [YESTERDAY, TODAY])
        logs = steps.fetch_dates(settings, [YESTERDAY, TODAY])
        assert [(log.discovered, log.fetched) for log in logs if log.source_id == "example"] == [(1, 1), (1, 1)]
        for path in settings.home.collection.glob("state.sqlite*"):
            path.unlink()
    assert [site.paths().count(path) for path in ("/a", "/b")] == [1, 1]


@pytest.fixture
def busy(settings: Settings) -> Iterator[None]:
    """Somebody else collects into this home."""
    begun, over = threading.Event(), threading.Event()

    def collect() -> None:
        with State(settings.home.collection) as state, state.collecting(0):
            begun.set()
            over.wait(10)

    thread = threading.Thread(target=collect)
    thread.start()
    assert begun.wait(5)
    yield
    over.set()
    thread.join()


def test_two_runs_do_not_collect_into_one_home_at_a_time(site, settings, publish, busy):
    publish(a=TODAY)
    for step in (steps.poll_sources, steps.fetch_dates):
        with pytest.raises(CollectBusy):
            step(settings, [TODAY])
    assert site.paths() == []
    assert steps.dates_to_read(settings, [TODAY]) == [TODAY]  # reading is free
