"""Candidates and logs on disk: merged, whole, and tolerant of what a crash left."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime

import pytest

from pipelines.collect import CandidateStore, LogStore
from pipelines.errors import ClaimhouseError
from pipelines.records import Candidate, SourceLog

DAY, NEXT = date(2024, 5, 2), date(2024, 5, 3)
FIRST = Candidate("alpha", "https://news.example/1", DAY, datetime(2024, 5, 2, 8, tzinfo=UTC), "Über\u2028alles")
SECOND = Candidate("alpha", "https://news.example/2", DAY)
OTHER = Candidate("beta", "https://news.example/1", DAY, title="Other source")
LATER = Candidate("alpha", "https://news.example/3", NEXT)


def test_candidates_come_back_as_they_went(tmp_path):
    store = CandidateStore(tmp_path)
    assert store.add([OTHER, FIRST, SECOND, LATER]) == 4
    assert store.read(DAY) == [FIRST, SECOND, OTHER]
    assert store.read(DAY, "alpha") == [FIRST, SECOND]
    assert store.read(NEXT) == [LATER]
    assert store.read(date(2024, 5, 4)) == []
    assert not list(tmp_path.rglob("*.part"))


def test_adding_again_changes_nothing_and_the_first_listing_stays(tmp_path):
    store = CandidateStore(tmp_path)
    store.add([FIRST])
    before = (tmp_path / "2024-05-02" / "alpha.jsonl").stat().st_mtime_ns
    assert store.add([Candidate("alpha", FIRST.url, DAY, title="New words")]) == 0
    assert (tmp_path / "2024-05-02" / "alpha.jsonl").stat().st_mtime_ns == before
    assert store.read(DAY) == [FIRST]


def test_a_torn_line_is_counted_and_the_rest_is_read(tmp_path):
    store = CandidateStore(tmp_path)
    store.add([FIRST, SECOND])
    path = tmp_path / "2024-05-02" / "alpha.jsonl"
    path.write_bytes(path.read_bytes() + b'{"url": "https://news.exam')
    failures: Counter[str] = Counter()
    assert store.read(DAY, "alpha", failures=failures) == [FIRST, SECOND]
    assert failures == {"unreadable_file": 1}
    path.write_bytes(b'[1]\nnull\n{"title": "no url"}\n\n')
    assert store.read(DAY, "alpha") == []


def test_a_log_comes_back_and_merging_it_again_changes_nothing(tmp_path):
    logs = LogStore(tmp_path)
    log = SourceLog("alpha", DAY, discovered=5, fetched=3, duplicate=1, failures={"timeout": 1})
    assert logs.merge(log) == log
    again = SourceLog("alpha", DAY, discovered=5, fetched=3, unchanged=4, failures={"timeout": 1})
    assert logs.merge(again) == log
    assert logs.read(DAY) == [log]
    assert logs.read(NEXT) == []


def test_polling_and_fetching_and_parsing_keep_their_own_failures(tmp_path):
    logs = LogStore(tmp_path)
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


def test_a_run_over_fewer_candidates_loses_no_earlier_count(tmp_path):
    logs = LogStore(tmp_path)
    logs.merge(SourceLog("alpha", DAY, discovered=9, fetched=5, failures={"timeout": 3, "robots": 1}))
    log = logs.merge(SourceLog("alpha", DAY, discovered=2, fetched=5, failures={"timeout": 1}))
    assert (log.discovered, log.fetched, log.failures) == (9, 5, {"robots": 1, "timeout": 3})


def test_a_broken_log_is_named(tmp_path):
    logs = LogStore(tmp_path)
    logs.merge(SourceLog("alpha", DAY))
    path = tmp_path / "2024-05-02" / "alpha.json"
    path.write_text("{")
    with pytest.raises(ClaimhouseError, match=r"alpha\.json: is no collection log"):
        logs.read(DAY)
