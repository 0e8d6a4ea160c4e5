"""Doing a step in several processes where there is enough to do, by date or within one. The steps are in `steps`."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from datetime import date
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from pipelines.records import SourceLog
from pipelines.settings import Settings
from pipelines.steps import Tick, annotate_date, parse_date

Part = TypeVar("Part")
Result = TypeVar("Result")
PARSED = 10
"""How much smaller parsed articles are than their packed pages."""
AHEAD = 3
"""Parts of a date per process that are read and wait, or are done and wait for those before."""
WORTH = 20_000_000
"""Bytes of files to read from which on several processes pay: each needs three seconds for its imports and lexicon."""


def parse_dates(settings: Settings, dates: Sequence[date], tick: Tick) -> Iterator[list[SourceLog]]:
    """`steps.parse_date` for each date, in their order."""
    size = bytes_of(path for day in dates for path in settings.home.warc.glob(f"{day}/*/*.gz"))
    return over_dates(parse_date, settings, dates, tick, bytes_to_read=size)


def annotate_dates(settings: Settings, dates: Sequence[date], tick: Tick) -> Iterator[dict[str, int]]:
    """`steps.annotate_date` for each date, in their order."""
    size = PARSED * bytes_of(settings.home.articles / f"{day}.parquet" for day in dates)
    return over_dates(annotate_date, settings, dates, tick, bytes_to_read=size)


def bytes_of(paths: Iterable[Path]) -> int:
    """The size of the files that are there."""
    return sum(path.stat().st_size for path in paths if path.exists())


def over_dates(
    step: Callable[..., Result],
    settings: Settings,
    dates: Sequence[date],
    tick: Tick,
    *,
    bytes_to_read: int,
) -> Iterator[Result]:
    """The step's result for each date, in their order; `step` takes settings, date, `tick` and how to map. `tick` is
    called for each page or article, by this process.

    Several dates are done side by side, of a single one its parts are. Raises what the step raises; the dates that
    were done stay done.
    """
    workers = settings.file.workers
    if workers < 2 or bytes_to_read < WORTH:
        for day in dates:
            yield step(settings, day, tick)
        return
    # A server that forks clean children: this process may have threads, whose locks a fork would copy as they are.
    with ProcessPoolExecutor(workers, get_context("forkserver"), _look_for_garbage_rarely) as pool:
        try:
            if len(dates) == 1:
                yield step(settings, dates[0], tick, partial(_in_order, pool, workers * AHEAD))
                return
            running = [pool.submit(_counted, step, settings, day) for day in dates]
            for future in running:
                ticks, result = future.result()
                for _ in range(ticks):
                    tick()
                yield result
        finally:
            pool.shutdown(cancel_futures=True)


def _look_for_garbage_rarely() -> None:
    """What a part takes is gone with the part, and there is much of it: that saves a tenth of the time."""
    gc.set_threshold(50_000, 20, 20)


def _in_order(pool: Executor, most: int, work: Callable[[Part], Result], parts: Iterable[Part]) -> Iterator[Result]:
    """`map` in the processes of the pool, with so many parts under way at most."""
    running: deque[Future[Result]] = deque()
    for part in parts:
        running.append(pool.submit(work, part))
        if len(running) >= most:
            yield running.popleft().result()
    while running:
        yield running.popleft().result()


def _counted(step: Callable[..., Result], settings: Settings, day: date) -> tuple[int, Result]:
    """The step in a process of its own: how often it would have called `tick`, and its result."""
    calls: list[None] = []
    result = step(settings, day, lambda: calls.append(None))
    return len(calls), result
