"""A step over many dates gives the same in one process and in several."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines import steps
from pipelines.demo import all_stories
from pipelines.records import Failure, SourceLog
from pipelines.settings import Settings, load_settings
from pipelines.side_by_side import WORTH, over_dates
from pipelines.steps import Tick

# In a worker that ran other tests, Python's tracker of semaphores may have ended; Python starts another and warns.
pytestmark = pytest.mark.filterwarnings("ignore:resource_tracker:UserWarning")

DATES = [date(2026, 3, 2) + timedelta(days=n) for n in range(5)]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    path = tmp_path / "sources.yaml"
    path.write_text("start_date: 2026-03-01\nworkers: 2\n")
    return load_settings(tmp_path / "home", path, {})


def touch(settings: Settings, day: date, tick: Tick) -> str:
    """A step: leaves a file and ticks as often as the day of the month says."""
    settings.home.path.mkdir(parents=True, exist_ok=True)
    (settings.home.path / str(day)).touch()
    for _ in range(day.day):
        tick()
    if day.day == 4:
        raise ValueError("the fourth")
    return str(day)


def whole(settings: Settings, day: date, tick: Tick) -> str:
    return touch(settings, day, tick) if day.day != 4 else str(day)


@pytest.mark.parametrize("size", [0, WORTH])
def test_results_come_in_the_order_of_dates_and_every_tick_is_heard(settings: Settings, size: int) -> None:
    ticks: list[None] = []
    found = list(over_dates(whole, settings, DATES, lambda: ticks.append(None), bytes_to_read=size))
    assert found == [str(day) for day in DATES]
    assert len(ticks) == 2 + 3 + 5 + 6


@pytest.mark.parametrize("size", [0, WORTH])
def test_what_a_step_raises_is_raised_and_the_dates_before_are_done(settings: Settings, size: int) -> None:
    with pytest.raises(ValueError, match="the fourth"):
        list(over_dates(touch, settings, DATES, lambda: None, bytes_to_read=size))
    assert {str(day) for day in DATES[:2]} <= {path.name for path in settings.home.path.iterdir()}


def staged(settings: Settings, day: date) -> dict[str, pa.Table]:
    """All that parsing and annotating left of a day."""
    files = [settings.home.articles / f"{day}.parquet", *(settings.home.annotations / str(day)).glob("*.parquet")]
    return {file.name: pq.read_table(file) for file in files}


def read_and_annotate(
    settings: Settings, size: int
) -> tuple[list[SourceLog], dict[str, int], int, dict[str, pa.Table]]:
    """What the two steps give for the first date, how often they tick, and what they leave."""
    ticks: list[None] = []
    (logs,) = over_dates(steps.parse_date, settings, DATES[:1], lambda: ticks.append(None), bytes_to_read=size)
    (rows,) = over_dates(steps.annotate_date, settings, DATES[:1], lambda: None, bytes_to_read=size)
    return logs, rows, len(ticks), staged(settings, DATES[0])


def test_a_single_date_is_done_in_parts_and_gives_the_same(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when a part holds few pages, some of which are no articles."""
    pages = settings.home.path / "pages"
    pages.mkdir(parents=True)
    for number, story in enumerate(all_stories()):
        (pages / f"{number}.txt").write_text(f"{story.headline}\n\n{story.text}\n", encoding="utf-8")
    for number in range(3):
        (pages / f"empty-{number}.html").write_text("<html><body></body></html>")
    steps.import_files(settings, [pages], DATES[0])
    monkeypatch.setattr("pipelines.reading.PAGES_AT_ONCE", 4)
    found = {size: read_and_annotate(settings, size) for size in (0, WORTH)}
    assert found[0] == found[WORTH]
    (log,) = found[0][0]
    assert (log.parsed, log.failures) == (len(list(all_stories())), {Failure.NO_TEXT: 3})
    assert found[0][1]["sentences"] > 500
