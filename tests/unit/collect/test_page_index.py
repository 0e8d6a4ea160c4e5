"""What the index of the archive knows: addresses, versions, when a page is due again, what is not loaded yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from pipelines.collect import CandidateStore, PageIndex, State
from pipelines.collect.archive.page_index import Known
from pipelines.collect.web.exchange import Validators
from pipelines.records import Candidate

DAY, NEXT = date(2024, 5, 2), date(2024, 5, 3)
TIME = datetime(2024, 5, 2, 9, 30, tzinfo=UTC)
URL = "https://news.example/1"
FILE = "2024-05-02/alpha/00000.warc.gz"


def known(url: str = URL, digest: str = "sha1:A", **changes: object) -> Known:
    values = {"archive_date": DAY, "source_id": "alpha", "fetched_at": TIME, "validators": Validators('"1"')}
    return Known(url=url, digest=digest, **(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def state(tmp_path) -> Iterator[State]:
    with State(tmp_path) as state:
        yield state


@pytest.fixture
def index(state) -> PageIndex:
    return PageIndex(state)


def test_every_address_that_led_to_a_page_is_known(index):
    index.add_version(known(), FILE, 700, ["https://news.example/short", "https://m.news.example/1"])
    for url in (URL, "https://news.example/short", "https://m.news.example/1"):
        assert index.page_of(url) == URL
        assert index.has_met(url)
    assert index.page_of("https://news.example/2") is None
    assert not index.has_met("https://news.example/2")
    assert index.page("https://news.example/short") is None
    assert index.page(URL) == known()
    assert index.has_version(URL, "sha1:A")
    assert not index.has_version(URL, "sha1:B")


def test_the_first_that_is_said_of_an_address_stays(index):
    index.add_aliases(["https://news.example/x"], URL)
    index.add_aliases(["https://news.example/x"], "https://news.example/2")
    index.add_version(known("https://news.example/2"), FILE, 0, ["https://news.example/x"])
    assert index.page_of("https://news.example/x") == URL


def test_what_an_earlier_run_met_is_known_but_was_not_met(state, index):
    index.add_version(known(), FILE, 700)
    later = PageIndex(state)
    assert later.page_of(URL) == URL
    assert not later.has_met(URL)


def test_adding_what_is_there_changes_nothing(state, index):
    tables = ("pages", "versions", "visited", "changed_dates")
    rows = []
    for _ in range(2):
        index.add_version(known(), FILE, 700, ["https://news.example/short"])
        index.add_visit(URL, TIME + timedelta(days=1), unchanged=True)
        rows.append([state.all(f"select * from {table}") for table in tables])
    assert rows[0] == rows[1]
    assert index.count(DAY, "alpha") == (1, 1)


def test_the_page_is_as_its_newest_version_and_was_first_fetched_with_its_first(index):
    later = TIME + timedelta(days=1)
    index.add_version(known(), FILE, 700)
    index.add_version(known(digest="sha1:B", fetched_at=later, validators=Validators(None, "x")), FILE, 900)
    newest = known(digest="sha1:B", validators=Validators(None, "x"))
    assert index.page(URL) == newest
    index.add_version(known(), FILE, 700)  # an old file is read again
    assert index.page(URL) == newest
    assert index.has_version(URL, "sha1:A")
    assert index.count(DAY, "alpha") == (1, 0)
    assert index.count(NEXT, "alpha") == index.count(DAY, "beta") == (0, 0)


# Looking again

DAYS = (1, 7)


def due(index: PageIndex, now: datetime, days: tuple[int, ...] = DAYS) -> list[str]:
    return [page.url for page in index.due(DAY, NEXT, days, now)]


def test_a_page_is_due_after_a_day_and_after_a_week_and_once_each(index):
    index.add_version(known(), FILE, 700)
    minute = timedelta(minutes=1)
    day, week = TIME + timedelta(days=1), TIME + timedelta(days=7)
    assert due(index, day - minute) == []
    assert due(index, day) == [URL]
    assert due(index, day + timedelta(days=3)) == [URL]  # nobody ran in between
    index.add_visit(URL, day + minute, unchanged=True)
    assert due(index, day + 2 * minute) == due(index, week - minute) == []
    assert due(index, week) == [URL]
    index.add_visit(URL, week, unchanged=False)
    assert due(index, week + timedelta(days=300)) == []
    assert index.count(DAY, "alpha") == (1, 1)


def test_one_late_visit_stands_for_all_that_were_due(index):
    index.add_version(known(), FILE, 700)
    index.add_visit(URL, TIME + timedelta(days=8), unchanged=True)
    assert due(index, TIME + timedelta(days=9)) == []


def test_a_new_version_counts_as_a_visit_and_the_days_go_on_from_the_first(index):
    index.add_version(known(), FILE, 700)
    index.add_version(known(digest="sha1:B", fetched_at=TIME + timedelta(days=1)), FILE, 900)
    assert due(index, TIME + timedelta(days=2)) == []
    assert due(index, TIME + timedelta(days=7)) == [URL]


def test_the_days_are_a_setting_and_none_means_never(index):
    index.add_version(known(), FILE, 700)
    assert due(index, TIME + timedelta(days=3), (2,)) == [URL]
    assert due(index, TIME + timedelta(days=3), (4,)) == []
    assert due(index, TIME + timedelta(days=300), ()) == []


def test_only_the_asked_dates_are_due(index):
    index.add_version(known(), FILE, 700)
    index.add_version(known("https://news.example/2", archive_date=date(2024, 5, 4)), FILE, 900)
    assert due(index, TIME + timedelta(days=1)) == [URL]


def test_history_is_never_due(index):
    last = datetime(2024, 5, 9, 23, 59, tzinfo=UTC)
    index.add_version(known(fetched_at=last), FILE, 700)
    index.add_version(known("https://news.example/2", fetched_at=last + timedelta(minutes=1)), FILE, 900)
    assert due(index, TIME + timedelta(days=300)) == [URL]


def test_a_page_that_a_file_held_is_never_due(state, index):
    index.add_version(known(), FILE, 700)
    index.add_version(known("https://news.example/2"), FILE, 900)
    held = [Candidate("alpha", URL, DAY, held_at="file:///x.warc.gz#7")]
    CandidateStore(state).add([*held, Candidate("alpha", "https://news.example/2", DAY)])
    assert due(index, TIME + timedelta(days=1)) == ["https://news.example/2"]


# What is not in the warehouse yet


def test_a_date_is_changed_from_its_first_page_until_it_is_loaded(index):
    assert index.changed_dates() == {}
    index.add_version(known(), FILE, 700)
    index.add_version(known("https://news.example/2"), FILE, 900)
    index.add_version(known("https://news.example/3", archive_date=NEXT), FILE, 990)
    assert index.changed_dates() == {DAY: 2, NEXT: 1}
    index.mark_loaded(DAY, index.changes_of(DAY))
    assert index.changed_dates() == {NEXT: 1}


def test_pages_that_come_while_a_date_is_parsed_or_loaded_are_not_forgotten(index):
    index.add_version(known(), FILE, 700)
    parsed = index.changes_of(DAY)
    index.add_version(known(digest="sha1:B", fetched_at=TIME + timedelta(days=1)), FILE, 900)
    index.mark_loaded(DAY, parsed)
    assert index.changed_dates() == {DAY: 2}
    index.mark_loaded(DAY, index.changes_of(DAY))
    assert index.changed_dates() == {}
    index.add_visit(URL, TIME + timedelta(days=7), unchanged=True)
    index.add_version(known(digest="sha1:A", fetched_at=TIME + timedelta(days=8)), FILE, 990)  # as it was once before
    assert index.changed_dates() == {}


def test_a_run_that_loads_late_does_not_hide_what_came_since(index):
    """Two runs read the same date; the slower one loads the older state after the quicker one."""
    index.add_version(known(), FILE, 700)
    slow = index.changes_of(DAY)
    index.mark_loaded(DAY, index.changes_of(DAY))
    index.add_version(known("https://news.example/2"), FILE, 900)
    index.mark_loaded(DAY, slow)
    assert index.changed_dates() == {DAY: 2}


def test_pages_in_a_file_that_another_run_is_still_writing_are_not_forgotten(state, index):
    """They are counted when they are written, and can be read when their file gets its name."""
    state.run("insert into open_files values (?)", FILE)
    index.add_version(known(), FILE, 700)
    index.mark_loaded(DAY, index.changes_of(DAY))
    assert index.changed_dates().keys() == {DAY}
    index.mark_readable(DAY.isoformat())
    state.run("delete from open_files where name = ?", FILE)
    assert index.changed_dates().keys() == {DAY}
    index.mark_loaded(DAY, index.changes_of(DAY))
    assert index.changed_dates() == {}
