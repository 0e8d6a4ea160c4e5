"""A process that loads days into a lake: `python -m tests.integration.lake.loader HOME DAY…`, the lake in the
environment. Each day has as many articles as its number in the month."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from pipelines.demo import SOURCES
from pipelines.settings import Settings, load_settings
from tests.written import Written, load_written


def load_days(settings: Settings, days: Iterable[date]) -> None:
    for day in days:
        texts = (f"ABB will Kuka für {number} Milliarden Euro übernehmen." for number in range(1, day.day + 1))
        load_written(settings, day, [Written(f"{day}-{number}", text) for number, text in enumerate(texts)])


if __name__ == "__main__":
    load_days(load_settings(Path(sys.argv[1]), SOURCES, os.environ), map(date.fromisoformat, sys.argv[2:]))
