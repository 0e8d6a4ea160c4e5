"""Work on many hosts by few threads: in order, side by side, again where it may help, and never for ever."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from pipelines.collect.dispatch import ATTEMPTS, PATIENCE, Job, dispatch
from pipelines.collect.web.fetch import TRANSIENT
from pipelines.collect.web.hosts import BREAK_AFTER, Hosts
from pipelines.errors import CollectError
from pipelines.records import Failure
from tests.bounded import within

Log = list[tuple[str, str]]


class Work:
    """Writes down that it ran, and does what it is told."""

    def __init__(self, log: Log, name: str, action: Callable[[], None] = lambda: None) -> None:
        self.log, self.name, self.action = log, name, action

    def run(self) -> None:
        self.log.append(("run", self.name))
        self.action()

    def give_up(self, error: CollectError) -> None:
        self.log.append((error.failure.value, self.name))


def failing(failure: Failure, *, times: int = 1_000, hosts: Hosts | None = None) -> Callable[[], None]:
    """Fails so many times; with `hosts`, these hear of it as they do from the fetcher."""
    left = [times]

    def fail() -> None:
        if left[0]:
            left[0] -= 1
            if hosts:
                hosts.failed("a", failure)
            raise CollectError(failure, "failed")

    return fail


def run(hosts: Hosts, workers: int = 4, **lines: list[Work]) -> None:
    iterators: dict[str, Iterator[Job]] = {host: iter(jobs) for host, jobs in lines.items()}
    within(20, lambda: dispatch(iterators, hosts, workers=workers))


def test_a_hosts_work_is_done_in_order_and_all_of_it():
    log: Log = []
    lines = {host: [Work(log, f"{host}{n}") for n in range(50)] for host in "abcdef"}
    run(Hosts(0, 1), workers=3, **lines)
    for host in "abcdef":
        assert [name for _, name in log if name[0] == host] == [f"{host}{n}" for n in range(50)]
    assert len(log) == 300


def test_no_work_is_no_wait():
    run(Hosts(0, 1))
    run(Hosts(0, 1), a=[])


def test_hosts_are_served_side_by_side_and_one_host_never_twice_at_a_time():
    meeting, at_once, most, lock = threading.Barrier(3, timeout=5), [0], [0], threading.Lock()

    def one_at_a_time() -> None:
        with lock:
            at_once[0] += 1
            most[0] = max(most[0], at_once[0])
        time.sleep(0.01)
        with lock:
            at_once[0] -= 1

    def meet() -> None:
        meeting.wait()

    log: Log = []
    run(Hosts(0, 1), workers=3, **{host: [Work(log, host, meet)] for host in "abc"})
    run(Hosts(0, 1), workers=3, a=[Work(log, "a", one_at_a_time) for _ in range(5)], b=[], c=[])
    assert most == [1]
    assert len(log) == 8


def test_few_threads_serve_many_hosts_that_pause():
    """Twenty hosts with five jobs each: were a thread to sit out a pause, two would need two seconds."""
    log: Log = []
    hosts = Hosts(0.04, 1)

    def ask(host: str) -> Callable[[], None]:
        def asking() -> None:
            with hosts.turn(host):
                pass

        return asking

    start = time.monotonic()
    lines = {f"h{n}": [Work(log, f"h{n}", ask(f"h{n}")) for _ in range(5)] for n in range(20)}
    run(hosts, workers=2, **lines)
    assert 0.16 <= time.monotonic() - start < 1.5
    assert len(log) == 100


@pytest.mark.parametrize("failure", [Failure.TIMEOUT, Failure.HTTP_5XX])
def test_what_may_pass_is_tried_again(failure):
    log: Log = []
    hosts = Hosts(0, 0.01)
    work = failing(failure, times=ATTEMPTS - 1, hosts=hosts)
    run(hosts, a=[Work(log, "a1", work), Work(log, "a2")])
    assert log == [("run", "a1")] * ATTEMPTS + [("run", "a2")]


def test_and_given_up_after_some_attempts_and_each_job_has_its_own():
    log: Log = []
    hosts = Hosts(0, 0.001)
    work = [Work(log, name, failing(Failure.CONNECTION, hosts=hosts)) for name in ("a1", "a2")]
    run(hosts, a=[work[0], Work(log, "ok", lambda: hosts.answered("a")), work[1]])
    again = [("run", "a1")] * ATTEMPTS + [("connection", "a1"), ("run", "ok")]
    assert log == [*again, *([("run", "a2")] * ATTEMPTS), ("connection", "a2")]


@pytest.mark.parametrize("failure", sorted(set(Failure) - TRANSIENT))
def test_what_will_not_pass_is_given_up_at_once(failure):
    log: Log = []
    run(Hosts(0, 60), a=[Work(log, "a1", failing(failure)), Work(log, "a2")])
    assert log == [("run", "a1"), (failure.value, "a1"), ("run", "a2")]


def test_between_attempts_the_host_waits_longer_each_time_and_others_do_not():
    times, ended = [], []
    hosts = Hosts(0, 0.1)
    fail = failing(Failure.HTTP_5XX, times=2, hosts=hosts)

    def timed() -> None:
        times.append(time.monotonic())
        fail()

    run(hosts, workers=1, a=[Work([], "a", timed)], b=[Work([], "b", lambda: ended.append(time.monotonic()))])
    assert times[1] - times[0] >= 0.07
    assert times[2] - times[1] >= 0.15
    assert ended[0] < times[1]


def test_a_host_that_rests_for_long_costs_no_time_and_none_of_its_work_is_lost_in_silence():
    log: Log = []
    hosts = Hosts(0, 1)

    def ask() -> None:
        hosts.failed("a", Failure.HTTP_429, PATIENCE + 60)
        raise CollectError(Failure.HTTP_429, "too many")

    start = time.monotonic()
    run(hosts, workers=1, a=[Work(log, f"a{n}", ask) for n in range(3)], b=[Work(log, "b")])
    assert time.monotonic() - start < 2
    assert log[0] == ("run", "a0")
    assert sorted(log[1:]) == [("http_429", "a0"), ("http_429", "a1"), ("http_429", "a2"), ("run", "b")]
    run(hosts, a=[Work(log, "next run")])
    assert log[-1] == ("http_429", "next run")


def test_the_breaker_ends_the_work_on_a_host_that_is_down():
    log: Log = []
    hosts = Hosts(0, 60)  # the first break is then longer than a run waits
    for _ in range(BREAK_AFTER):
        hosts.failed("a", Failure.CONNECTION)
    run(hosts, a=[Work(log, "a1"), Work(log, "a2")])
    assert log == [("host_paused", "a1"), ("host_paused", "a2")]


def test_a_broken_machine_stops_everything_and_is_raised():
    def break_down() -> None:
        raise OSError("the disk is full")

    log: Log = []
    endless = (Work(log, "b", lambda: time.sleep(0.001)) for _ in range(100_000))
    with pytest.raises(OSError, match="the disk is full"):
        dispatch({"a": iter([Work(log, "a", break_down)]), "b": endless}, Hosts(0, 1), workers=2)
    assert len(log) < 10_000
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("collect-")]


def test_an_error_while_the_work_is_listed_is_raised_too():
    def jobs() -> Iterator[Job]:
        yield Work([], "a")
        raise RuntimeError("the list broke")

    with pytest.raises(RuntimeError, match="the list broke"):
        dispatch({"a": jobs()}, Hosts(0, 1), workers=2)


def test_a_mistake_of_the_program_costs_one_piece_of_work_and_is_logged(caplog):
    def break_down() -> None:
        raise KeyError("a bug")

    log: Log = []
    with caplog.at_level(logging.ERROR):
        run(Hosts(0, 1), a=[Work(log, "a1", break_down), Work(log, "a2")])
    assert log == [("run", "a1"), ("parser_error", "a1"), ("run", "a2")]
    assert "a bug" in caplog.text


def test_an_interruption_waits_for_what_is_in_flight_and_nothing_more_is_asked():
    """Files are finished and the state is closed as soon as it returns."""
    hosts, log, ended = Hosts(0, 1), [], []

    def ask_and_ask() -> None:
        for number in range(1_000):
            with hosts.turn("a"):
                if number == 3:
                    os.kill(os.getpid(), signal.SIGINT)
                time.sleep(0.1)
                ended.append(number)

    with pytest.raises(KeyboardInterrupt):
        dispatch({"a": iter([Work(log, "a1", ask_and_ask), Work(log, "a2")])}, hosts, workers=2)
    assert 3 in ended
    assert len(ended) < 10
    assert log == [("run", "a1")]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("collect-") and thread.is_alive()]
    run(hosts, a=[Work(log, "later", lambda: hosts.turn("a").__enter__())])
    assert log[-1] == ("run", "later")
