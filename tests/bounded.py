"""Work that must end: a run that waits for ever is a failed test, not a suite that hangs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

ADDED_IN_A_SECOND = 11_000_000
"""Numbers whose squares the machine for which bounds were set adds up in a CPU second. A busy one may take three."""


def within(seconds: float, work: Callable[[], Result]) -> Result:
    """What the work returns or raises; a failure if it takes longer."""
    results: list[Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    assert not thread.is_alive(), f"not done within {seconds:g} s"
    if errors:
        raise errors[0]
    return results[0]


def cheaply(seconds: float, work: Callable[[], Result]) -> Result:
    """What the work returns; a failure if this thread takes more CPU for it than so many seconds of that machine."""
    start = time.thread_time()
    result = work()
    took = time.thread_time() - start
    if took > seconds:
        start = time.thread_time()
        sum(number * number for number in range(int(seconds * ADDED_IN_A_SECOND)))
        allowed = time.thread_time() - start
        assert took <= allowed, f"took {took:.2f} s, which is {took / allowed:.1f} times what it may"
    return result


def until(is_so: Callable[[], bool], *, seconds: float, every: float = 0.05) -> None:
    """Wait for what another process does, looking every so many seconds. Fails if it does not do it in time."""
    waited = threading.Event()  # nobody sets it
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"not so within {seconds:g} s"
        waited.wait(every)
