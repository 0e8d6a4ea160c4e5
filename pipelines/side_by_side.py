"""Doing a step for many archive dates, in several processes where there is enough to do. The steps are in `steps`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from typing import TypeVar

from pipelines.settings import Settings
from pipelines.steps import Tick

Result = TypeVar("Result")
WORTH = 20_000_000
"""Bytes of files to read from which on several processes pay: each needs three seconds for its imports and lexicon."""


def over_dates(
    step: Callable[[Settings, date, Tick], Result],
    settings: Settings,
    dates: Sequence[date],
    tick: Tick,
    *,
    bytes_to_read: int,
) -> Iterator[Result]:
    """The step's result for each date, in their order. `tick` is called for each page or article, by this process.

    Raises what the step raises; the dates that were done stay done.
    """
    workers = min(settings.file.workers, len(dates))
    if workers < 2 or bytes_to_read < WORTH:
        for day in dates:
            yield step(settings, day, tick)
        return
    # A server that forks clean children: this process may have threads, whose locks a fork would copy as they are.
    with ProcessPoolExecutor(workers, mp_context=get_context("forkserver")) as pool:
        running = [pool.submit(_counted, step, settings, day) for day in dates]
        try:
            for future in running:
                ticks, result = future.result()
                for _ in range(ticks):
                    tick()
                yield result
        finally:
            pool.shutdown(cancel_futures=True)


def _counted(step: Callable[[Settings, date, Tick], Result], settings: Settings, day: date) -> tuple[int, Result]:
    """The step in a process of its own: how often it would have called `tick`, and its result."""
    calls: list[None] = []
    result = step(settings, day, lambda: calls.append(None))
    return len(calls), result
