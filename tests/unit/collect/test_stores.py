"""Candidates and logs between runs: merged, whole, and each link with all who listed it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from pipelines.collect import CandidateStore, LogStore, PageIndex, Poll, State
from pipelines.collect.archive.page_index import Known
from pipelines.collect.candidates import CHUNK, LOCAL
from pipelines.collect.health import SILENT_DAYS, read_health
from pipelines.collect.web.exchange import Validators
from pipelines.records import Candidate, Failure, SourceLog

DAY, NEXT = date(2024, 5, 2), date(2024, 5, 3)
FIRST = Candidate("alpha", "https://news.example/1", DAY, datetime(2024, 5, 2, 8, tzinfo=UTC), "Über\u2028alles")
SECOND = Candidate("alpha", "https://news.example/2", DAY)
OTHER = Candidate("beta", "https://news.example/1", DAY, title="Other source")
LATER = Candidate("alpha", "https://news.example/3", NEXT)
BOTH = ("alpha", "beta")


@pytest.fixture
def state(tmp_path) -> Iterator[State]:
    with State(tmp_path) as state:
        yield state


@pytest.fixture
def store(state) -> CandidateStore:
    return CandidateStore(state)


@pytest.fixture
def logs(state) -> LogStore:
    return LogStore(state)


def keep(state: State, url: str, *aliases: str, source_id: str = "alpha", day: date = DAY) -> None:
    """A page came into the archive."""
    at = datetime(2024, 5, 2, 9, tzinfo=UTC)
    known = Known(url, day, source_id, f"sha1:{url}", at, Validators())
    PageIndex(state).add_version(known, f"{day}/{source_id}/00000.warc.gz", 0, aliases)


def test_candidates_come_back_as_they_went(store):
    assert store.add([FIRST, OTHER, SECOND, LATER]) == 3
    assert store.read(DAY) == [FIRST, SECOND, OTHER]
    assert store.read(DAY, "alpha") == [FIRST, SECOND]
    assert store.read(NEXT) == [LATER]
    assert store.read(date(2024, 5, 4)) == []


def test_adding_again_changes_nothing_and_the_first_listing_stays(store):
    assert store.add([FIRST]) == 1
    assert store.add([Candidate("alpha", FIRST.url, NEXT, title="New words")]) == 0
    assert store.read(DAY) == [FIRST]
    assert store.read(NEXT) == []


def test_where_a_page_is_held_comes_back(store):
    held = Candidate("alpha", "https://news.example/h", DAY, held_at="file:///archive/x.warc.gz#17")
    store.add([held])
    assert store.read(DAY) == [held]
    assert store.pending_places(DAY, DAY) == [LOCAL]
    assert list(store.pending(LOCAL, DAY, DAY, BOTH)) == [held]


def test_a_poll_is_stored_whole_or_not_at_all(store, state):
    torn = Poll((FIRST, None), validators={"https://news.example/feed": Validators('"1"')})  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        store.take("alpha", torn)
    assert store.read(DAY) == []
    assert store.validators("alpha", "https://news.example/feed") is None
    assert read_health(state, datetime.now(UTC)) == {}
    whole = Poll((FIRST, SECOND), validators={"https://news.example/feed": Validators('"1"', "Thu, 02 May 2024")})
    assert store.take("alpha", whole) == 2
    assert store.validators("alpha", "https://news.example/feed") == Validators('"1"', "Thu, 02 May 2024")
    assert store.validators("beta", "https://news.example/feed") is None


def test_pending_is_what_led_to_no_page_whatever_became_of_it(store, state):
    store.add([FIRST, OTHER, SECOND, LATER])
    store.settle(FIRST.url, Failure.HTTP_5XX)
    assert list(store.pending("news.example", DAY, NEXT, BOTH)) == [FIRST, SECOND, LATER]
    assert list(store.pending("news.example", NEXT, NEXT, BOTH)) == [LATER]
    assert list(store.pending("else.example", DAY, NEXT, BOTH)) == []
    keep(state, "https://news.example/page", FIRST.url, LATER.url)
    assert list(store.pending("news.example", DAY, NEXT, BOTH)) == [SECOND]
    assert store.pending_places(NEXT, NEXT) == []
    assert store.pending_places(DAY, NEXT) == ["news.example"]


def test_a_link_is_for_the_first_source_that_is_collected(store):
    store.add([FIRST, OTHER, SECOND])
    [candidate] = store.pending("news.example", DAY, DAY, ("beta",))
    assert (candidate.source_id, candidate.url) == ("beta", FIRST.url)
    assert list(store.pending("news.example", DAY, DAY, ("gamma",))) == []


def test_a_link_that_leads_nowhere_changes_its_date_once_for_each_reason(store, state):
    store.add([FIRST])
    index = PageIndex(state)
    for failure, changes in [(Failure.HTTP_5XX, 1), (Failure.HTTP_5XX, 1), (Failure.HTTP_4XX, 2), (None, 2)]:
        store.settle(FIRST.url, failure)
        assert index.changed_dates() == {FIRST.archive_date: changes}


def test_links_are_given_once_each_also_while_they_are_being_settled(store, state):
    urls = [f"https://news.example/{n}" for n in range(2 * CHUNK + 3)]
    store.add(Candidate("alpha", url, DAY) for url in urls)
    given = []
    for candidate in store.pending("news.example", DAY, DAY, BOTH):
        given.append(candidate.url)
        store.settle(candidate.url, Failure.TIMEOUT if len(given) % 2 else None)
        if len(given) % 3 == 0:
            keep(state, candidate.url)
    assert given == urls


def test_every_link_is_counted_once_whatever_it_led_to(store, state):
    """discovered = fetched + duplicate + failures + still pending, for each source and date."""
    keep(state, "https://news.example/p0", day=date(2024, 5, 1))
    more = ["old", "short", "amp", "gone", "reserved", "reserved-too", "pending"]
    store.add([FIRST, OTHER, SECOND, *(Candidate("beta", f"https://news.example/{name}", DAY) for name in more)])
    keep(state, FIRST.url, SECOND.url)  # alpha's two links are one page
    index = PageIndex(state)
    index.add_aliases(["https://news.example/old"], "https://news.example/p0")  # a page of the day before
    index.add_aliases(["https://news.example/short"], FIRST.url)  # alpha's page
    keep(state, "https://news.example/amp", source_id="beta")
    store.settle("https://news.example/gone", Failure.HTTP_4XX)
    index.add_aliases(["https://news.example/reserved", "https://news.example/reserved-too"], "https://news.example/r")
    store.settle("https://news.example/reserved", Failure.OPTED_OUT)
    assert store.counts(DAY, "alpha") == (2, 1, {})
    assert index.count(DAY, "alpha") == (1, 0)
    assert store.counts(DAY, "beta") == (8, 4, {"http_4xx": 1, "opted_out": 1})
    assert index.count(DAY, "beta") == (1, 0)
    assert store.counts(NEXT, "beta") == (0, 0, {})


def test_a_source_that_brings_nothing_new_for_days_is_silent(store, state):
    store.take("alpha", Poll((FIRST, SECOND)))
    store.take("alpha", Poll((FIRST,)))
    store.note_poll("beta", problem="https://beta.example/feed: the server answered 404")
    now = datetime.now(UTC)
    health = read_health(state, now + timedelta(minutes=1))
    assert (health["alpha"].listed, health["alpha"].new, health["alpha"].problem) == (1, 0, None)
    assert health["beta"].problem == "https://beta.example/feed: the server answered 404"
    assert health["beta"].last_new_at is None
    assert not any(one.is_silent for one in health.values())
    later = read_health(state, now + timedelta(days=SILENT_DAYS, minutes=1))
    assert [one.silent_days for one in later.values()] == [SILENT_DAYS, SILENT_DAYS]
    assert all(one.is_silent for one in later.values())
    store.take("beta", Poll((LATER,)))
    assert read_health(state, now)["beta"].problem is None


def test_a_log_comes_back_and_merging_it_again_changes_nothing(logs):
    log = SourceLog("alpha", DAY, discovered=5, fetched=3, duplicate=1, failures={"timeout": 1})
    assert logs.merge(log) == log
    assert logs.merge(log) == log
    assert logs.read(DAY) == [log]
    assert logs.read(NEXT) == []


def test_polling_and_fetching_and_parsing_keep_their_own_failures(logs):
    logs.merge(SourceLog("alpha", DAY, failures={"bad_link": 2, "http_5xx": 1}), stage="poll")
    logs.merge(SourceLog("alpha", DAY, discovered=4, fetched=2, failures={"http_5xx": 2}))
    logs.merge(SourceLog("alpha", DAY, parsed=1, failures={"no_text": 1}), stage="articles")
    logs.merge(SourceLog("alpha", DAY, failures={"bad_link": 1}), stage="poll")
    [log] = logs.read(DAY)
    assert (log.discovered, log.fetched, log.parsed) == (4, 2, 1)
    assert log.failures == {"bad_link": 2, "http_5xx": 3, "no_text": 1}
    logs.merge(SourceLog("alpha", DAY, discovered=4, fetched=4))
    logs.merge(SourceLog("alpha", DAY, parsed=2), stage="articles")
    [log] = logs.read(DAY)
    assert (log.fetched, log.parsed, log.failures) == (4, 2, {"bad_link": 2, "http_5xx": 1})


def test_a_run_over_fewer_candidates_loses_no_earlier_count(logs):
    logs.merge(SourceLog("alpha", DAY, discovered=9, fetched=5, failures={"timeout": 3, "robots": 1}))
    log = logs.merge(SourceLog("alpha", DAY, discovered=2, fetched=5, failures={"timeout": 1}))
    assert (log.discovered, log.fetched, log.failures) == (9, 5, {"robots": 1, "timeout": 3})


def test_logs_of_a_day_come_by_source(logs):
    for source_id in ("beta", "alpha"):
        logs.merge(SourceLog(source_id, DAY, discovered=1))
    assert [log.source_id for log in logs.read(DAY)] == ["alpha", "beta"]


def test_a_link_whose_source_is_collected_no_more_is_counted_under_the_next_one(store, state):
    """`alpha` was renamed `beta`, or removed: one page and one failure are one page and one failure."""
    store.add([FIRST, SECOND, OTHER, Candidate("beta", SECOND.url, DAY)])
    for candidate in store.pending("news.example", DAY, DAY, ("beta",)):
        if candidate.url == FIRST.url:
            keep(state, candidate.url, source_id=candidate.source_id)
        else:
            store.settle(candidate.url, Failure.HTTP_4XX)
    assert store.counts(DAY, "beta") == (2, 0, {"http_4xx": 1})
    assert PageIndex(state).count(DAY, "beta") == (1, 0)


def test_a_page_that_could_not_be_had_is_looked_for_where_it_is_listed_next(store):
    url = "https://news.example/h"
    store.add([Candidate("alpha", url, DAY, held_at="file:///old/x.warc.gz#17")])
    moved = Candidate("alpha", url, DAY, held_at="file:///new/x.warc.gz#17")
    assert store.add([moved]) == 0
    assert [one.held_at for one in store.pending(LOCAL, DAY, DAY, BOTH)] == ["file:///old/x.warc.gz#17"]
    store.settle(url, Failure.UNREADABLE_FILE)
    assert store.add([moved]) == 0
    assert list(store.pending(LOCAL, DAY, DAY, BOTH)) == [moved]
    assert store.add([Candidate("alpha", url, DAY)]) == 0
    assert [one.held_at for one in store.pending("news.example", DAY, DAY, BOTH)] == [None]


def test_a_listing_that_has_not_changed_lists_what_it_listed(store, state):
    store.take("alpha", Poll((FIRST, SECOND)))
    store.take("alpha", Poll((), unmodified=1))
    assert read_health(state, datetime.now(UTC))["alpha"].listed == 2
    store.take("alpha", Poll(()))
    assert read_health(state, datetime.now(UTC))["alpha"].listed == 0


def test_a_clock_that_was_set_back_makes_no_negative_days(store, state):
    store.take("alpha", Poll((FIRST,)))
    assert read_health(state, datetime.now(UTC) - timedelta(days=2))["alpha"].silent_days == 0
