"""A collecting process that is killed at any point: the next one goes on, and nobody can tell from the result."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from threading import Lock

import pytest

from pipelines import steps
from pipelines.collect import Archive, State
from pipelines.demo import DEMO_END, DEMO_START, SOURCES, serve_press
from pipelines.home import Home
from pipelines.settings import Settings, read_sources_file

POINTS = 20
SEED = 20_260_302
DAYS = [DEMO_START + timedelta(days=n) for n in range((DEMO_END - DEMO_START).days + 1)]
SECONDS = 60
"""After which a collecting process that does not end has failed the test."""

# Children are forked from a small server process that has everything imported: a fork of this one, with its threads,
# would not be safe, and a fresh interpreter takes a second.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["pipelines.steps"])


Digests = set[tuple[date, str, str, bytes]]
"""Archive date, source, URL and content of every page."""


class Press:
    """The demo press, which counts requests and kills whoever made the one it was told to."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.requests: list[str] = []
        self.existing: set[str] = set()
        self.victim: int | None = None
        self.kill_at = 0

    def expect(self, pages: Digests) -> None:
        self.existing = {url for _, _, url, _ in pages}

    def on_request(self, url: str) -> None:
        with self._lock:
            self.requests.append(url)
            if self.victim is not None and len(self.requests) == self.kill_at:
                os.kill(self.victim, signal.SIGKILL)
                self.victim = None

    def pages(self) -> Counter[str]:
        """How often each page was asked for that is to be had; a link that led nowhere may be tried again."""
        return Counter(url for url in self.requests if url in self.existing)


def run_step(press: Press, step: Callable[..., object], *arguments: object) -> bool:
    """One step in a process of its own, which the press may kill. Whether it ended by itself."""
    process = FORKS.Process(target=step, args=arguments)
    process.start()
    press.victim = process.pid
    process.join(SECONDS)
    press.victim = None
    if process.exitcode is None:
        process.kill()
        process.join()
    assert process.exitcode in (0, -signal.SIGKILL), f"ended with {process.exitcode}"
    return process.exitcode == 0


def collect(press: Press, settings: Settings) -> bool:
    return run_step(press, steps.poll_sources, settings, DAYS) and run_step(press, steps.fetch_dates, settings, DAYS)


def settings_of(home: Path, proxy: str, concurrency: int) -> Settings:
    file = read_sources_file(SOURCES)
    http = file.http.model_validate({"delay": 0, "proxy": proxy, "concurrency": concurrency})
    return Settings(Home(home), file.model_copy(update={"http": http}), SOURCES)


def digests(settings: Settings) -> Digests:
    """Every page that a reader of the archive gets; a broken record anywhere fails the test."""
    failures: Counter[str] = Counter()
    with State(settings.home.collection) as state:
        archive = Archive(settings.home.warc, state)
        pages = {(day, p.source_id, p.url, p.body) for day in DAYS for p in archive.pages(day, failures=failures)}
    assert not failures
    return pages


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Digests, int]:
    """What one run without interruption has, and how many requests it takes."""
    press = Press()
    with serve_press(on_request=press.on_request) as running:
        settings = settings_of(tmp_path_factory.mktemp("undisturbed"), running.proxy_url, 1)
        assert collect(press, settings)
    pages = digests(settings)
    press.expect(pages)
    assert set(press.pages().values()) == {1}
    return pages, len(press.requests)


@pytest.mark.parametrize("number", range(POINTS))
def test_a_killed_run_is_continued_as_if_nothing_had_happened(number, undisturbed, tmp_path):
    """Half of the points with one request at a time, where one page at most is in flight; half with three hosts."""
    expected, requests = undisturbed
    press = Press()
    press.expect(expected)
    # One point in each twentieth of the run, so that polling, the first page and the last are all met.
    share = random.Random(SEED + number).random()
    concurrency = 1 if number % 2 else 16
    press.kill_at = 1 + int((number + share) / POINTS * requests)
    with serve_press(on_request=press.on_request) as running:
        settings = settings_of(tmp_path, running.proxy_url, concurrency)
        assert not collect(press, settings), "the run was to be killed"
        in_flight = 1 if concurrency == 1 else len({url.split("/")[2] for url in press.pages()})
        assert collect(press, settings)
    assert digests(settings) == expected
    assert not list(settings.home.warc.rglob("*.part"))
    twice = {url: times for url, times in press.pages().items() if times > 1}
    assert len(twice) <= in_flight
    assert set(twice.values()) <= {2}


def test_one_that_is_killed_again_and_again_gets_there(undisturbed, tmp_path):
    expected, requests = undisturbed
    press = Press()
    press.expect(expected)
    kills = 0
    with serve_press(on_request=press.on_request) as running:
        settings = settings_of(tmp_path, running.proxy_url, 1)
        for _ in range(requests):
            press.kill_at = len(press.requests) + 12
            if collect(press, settings):
                break
            kills += 1
    assert kills >= 3
    assert digests(settings) == expected
    assert sum(press.pages().values()) <= len(expected) + kills
