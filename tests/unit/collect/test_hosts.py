"""Turns, pauses, rests and the breaker of one host, on the real clock; and that other hosts do not feel them."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest

from pipelines.collect.web import hosts as hosts_module
from pipelines.collect.web.hosts import (
    BREAK_AFTER,
    BREAK_FACTOR,
    LONGEST_BREAK,
    LONGEST_REST,
    MAX_WAIT,
    Hosts,
    Rest,
    Stopped,
    retry_after,
)
from pipelines.errors import CollectError
from pipelines.records import Failure

HOST, OTHER = "news.example", "else.example"


def wait_of(hosts: Hosts, host: str = HOST) -> float:
    """Seconds until the host is due."""
    return hosts.due(host) - time.monotonic()


def refused(hosts: Hosts, host: str = HOST) -> CollectError:
    with pytest.raises(CollectError) as caught, hosts.turn(host):
        pytest.fail("a host that rests was asked")
    return caught.value


def test_one_request_at_a_time_and_a_pause_after_each():
    hosts, spans = Hosts(0.05, 1), []

    def ask(_: int) -> None:
        with hosts.turn(HOST):
            begun = time.monotonic()
            time.sleep(0.005)
            spans.append((begun, time.monotonic()))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, range(4)))
    spans.sort()
    assert all(later[0] - earlier[1] >= 0.049 for earlier, later in pairwise(spans))


def test_other_hosts_do_not_wait():
    hosts = Hosts(20, 1)
    with hosts.turn(HOST):
        start = time.monotonic()
        with hosts.turn(OTHER):
            pass
    assert time.monotonic() - start < 1
    assert 19 < wait_of(hosts) <= 20


def test_the_longest_of_our_pause_and_the_one_robots_ask_for_counts():
    hosts = Hosts(5, 1)
    with hosts.turn(HOST, 12.0):
        pass
    with hosts.turn(OTHER, 3.0):
        pass
    assert 11 < wait_of(hosts) <= 12
    assert 4 < wait_of(hosts, OTHER) <= 5


def test_a_slow_host_gets_as_long_a_pause_as_its_answer_took(monkeypatch):
    monkeypatch.setattr(hosts_module, "SLOW", 0.05)
    hosts = Hosts(0, 1)
    with hosts.turn(HOST):
        time.sleep(0.2)
    with hosts.turn(OTHER):
        pass
    assert 0.1 < wait_of(hosts) <= 0.3
    assert wait_of(hosts, OTHER) <= 0


def test_a_block_that_fails_gives_the_turn_back():
    def fail() -> None:
        with hosts.turn(HOST):
            raise RuntimeError("stopped")

    hosts = Hosts(0, 1)
    with pytest.raises(RuntimeError, match="stopped"):
        fail()
    with hosts.turn(HOST):
        pass


def test_each_failure_doubles_the_wait_with_jitter_and_an_answer_ends_it():
    waits = []
    for _ in range(20):
        hosts = Hosts(0, 1)
        row = []
        for _ in range(BREAK_AFTER - 1):
            hosts.failed(HOST, Failure.HTTP_5XX)
            row.append(wait_of(hosts))
        waits.append(row)
    for number, column in enumerate(zip(*waits, strict=True)):
        assert all(0.74 * 2**number < wait <= 1.25 * 2**number for wait in column)
        assert max(column) - min(column) > 0.05 * 2**number
    hosts.answered(HOST)
    hosts.failed(HOST, Failure.TIMEOUT)
    assert wait_of(hosts) <= 1.25
    assert wait_of(hosts, OTHER) <= 0


def test_a_host_that_keeps_failing_is_left_alone():
    hosts = Hosts(0, 2)
    for _ in range(BREAK_AFTER):
        hosts.failed(HOST, Failure.CONNECTION)
    assert wait_of(hosts) == pytest.approx(2 * BREAK_FACTOR, abs=1)
    error = refused(hosts)
    assert error.failure is Failure.HOST_PAUSED
    assert f"{HOST} failed {BREAK_AFTER} times in a row and is left alone for 60 s" in str(error)
    hosts.failed(HOST, Failure.CONNECTION)
    assert wait_of(hosts) == pytest.approx(4 * BREAK_FACTOR, abs=1)
    for _ in range(50):
        hosts.failed(HOST, Failure.CONNECTION)
    assert wait_of(hosts) == pytest.approx(LONGEST_BREAK, abs=1)
    with hosts.turn(OTHER):
        pass


@pytest.mark.parametrize("failures", [1, BREAK_AFTER])
def test_a_host_that_says_how_long_gets_exactly_that(failures):
    hosts = Hosts(0, 2)
    for _ in range(failures):
        hosts.failed(HOST, Failure.HTTP_429, 100.0)
    assert wait_of(hosts) == pytest.approx(100, abs=0.5)
    error = refused(hosts)
    assert error.failure is Failure.HTTP_429
    assert "asked for rest and is left alone for 100 s" in str(error)
    assert str(hosts.resting(HOST)) == str(error)


def test_a_host_that_says_at_once_and_fails_again_gets_its_break_all_the_same():
    hosts = Hosts(0, 2)
    for _ in range(BREAK_AFTER - 1):
        hosts.failed(HOST, Failure.HTTP_5XX, 0.0)
    assert wait_of(hosts) <= 0
    hosts.failed(HOST, Failure.HTTP_5XX, 0.0)
    assert wait_of(hosts) == pytest.approx(2 * BREAK_FACTOR, abs=1)


def test_a_short_rest_is_waited_for_a_long_one_is_not():
    hosts = Hosts(0, 1)
    hosts.failed(HOST, Failure.HTTP_429, 0.1)
    start = time.monotonic()
    with hosts.turn(HOST):
        assert time.monotonic() - start >= 0.09
    hosts.failed(HOST, Failure.HTTP_429, MAX_WAIT + 5)
    start = time.monotonic()
    refused(hosts)
    assert time.monotonic() - start < 1


def test_who_waits_for_a_turn_is_told_when_the_host_goes_to_rest():
    hosts, outcome = Hosts(0, 1), []
    waits = threading.Event()

    def ask() -> None:
        waits.set()
        outcome.append(refused(hosts).failure)

    with hosts.turn(HOST):
        thread = threading.Thread(target=ask)
        thread.start()
        assert waits.wait(5)
        hosts.failed(HOST, Failure.HTTP_5XX, 1_000)
    thread.join(5)
    assert outcome == [Failure.HTTP_5XX]


def test_rests_and_failures_are_known_to_the_next_run():
    hosts = Hosts(0, 2)
    hosts.failed(HOST, Failure.HTTP_429, 500)
    for _ in range(BREAK_AFTER - 1):
        hosts.failed(OTHER, Failure.TIMEOUT)
    rests = {host: hosts.rest_of(host) for host in (HOST, OTHER)}
    assert rests[HOST].until == pytest.approx(time.time() + 500, abs=1)
    assert (rests[HOST].failures, rests[HOST].failure) == (1, Failure.HTTP_429)
    assert rests[OTHER].failures == BREAK_AFTER - 1
    again = Hosts(0, 2, rests.values())
    assert wait_of(again) == pytest.approx(500, abs=1)
    assert refused(again).failure is Failure.HTTP_429
    again.failed(OTHER, Failure.TIMEOUT)
    assert wait_of(again, OTHER) == pytest.approx(2 * BREAK_FACTOR, abs=1)


def test_a_rest_that_is_over_is_over():
    hosts = Hosts(0, 1, [Rest(HOST, time.time() - 5, 0, Failure.HTTP_429)])
    with hosts.turn(HOST):
        pass
    assert wait_of(hosts) <= 0


def test_an_answer_says_whether_the_host_had_failed_and_ends_the_count():
    hosts = Hosts(0, 0.01)
    assert not hosts.answered(HOST)
    hosts.failed(HOST, Failure.TIMEOUT)
    assert hosts.answered(HOST)
    assert not hosts.answered(HOST)
    assert hosts.rest_of(HOST).failures == 0


def test_a_rest_of_years_is_a_slip_of_the_pen():
    hosts = Hosts(0, 2)
    hosts.failed(HOST, Failure.HTTP_429, 999_999_999)
    assert wait_of(hosts) == pytest.approx(LONGEST_REST, abs=1)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120), (" 7 ", 7), ("0", 0), (None, None), ("", None), ("soon", None), ("-5", None), ("1.5", None),
     ("٣", None), ("9" * 30, 999_999_999), ("Fri, 31 Dec 1999 23:59:59 GMT", 0), ("Fri, 99 Foo 1999", None)],
)  # fmt: skip
def test_what_retry_after_says(value, seconds):
    assert retry_after(value) == seconds


def test_retry_after_may_be_a_date():
    value = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert retry_after(value) == pytest.approx(90, abs=2)


def test_a_wall_clock_that_was_set_back_closes_no_host_for_years():
    hosts = Hosts(0, 1, [Rest(HOST, time.time() + 365 * 86_400, 1, Failure.HTTP_429)])
    assert LONGEST_REST - 5 < wait_of(hosts) <= LONGEST_REST


def test_who_waits_for_a_turn_when_the_run_ends_gets_none():
    hosts = Hosts(20, 1)
    with hosts.turn(HOST):
        pass
    timer = threading.Timer(0.1, hosts.stop)
    timer.start()
    start = time.monotonic()
    with pytest.raises(Stopped), hosts.turn(HOST):
        pytest.fail("a request was begun")
    assert time.monotonic() - start < 5
    timer.join()
    hosts.resume()
    with hosts.turn(OTHER):
        pass
