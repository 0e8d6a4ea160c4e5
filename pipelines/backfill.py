"""How far a backfill is: what was asked for, which days are done, which failed and why. One JSON file for each.

The same command finds the file again and goes on with what is left; when all is done the file goes. Nothing runs here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from pipelines.durable import replace_file
from pipelines.home import Home
from pipelines.staleness import Step
from pipelines.steps import days


@dataclass(frozen=True, slots=True)
class Backfill:
    """What is asked for: archive dates from first to last, both included; the step to begin with; one source or all."""

    first: date
    last: date
    step: Step = Step.POLL
    source: str | None = None

    @property
    def days(self) -> list[date]:
        return list(days(self.first, self.last))

    @property
    def name(self) -> str:
        """The same for the same request."""
        return "_".join([str(self.first), str(self.last), self.step, *([self.source] if self.source else [])])


class Ledger:
    """The file of one backfill. Every call that notes something writes it at once."""

    def __init__(self, home: Home, backfill: Backfill) -> None:
        self.backfill = backfill
        self._path = home.backfills / f"{backfill.name}.json"
        self.done: set[date] = set()
        self.failed: dict[date, str] = {}
        self._read()

    def _read(self) -> None:
        try:
            noted = json.loads(self._path.read_text())
            self.done = {date.fromisoformat(day) for day in noted["done"]}
            self.failed = {date.fromisoformat(day): cause for day, cause in noted["failed"].items()}
        except (
            OSError,
            ValueError,
            KeyError,
            TypeError,
        ):  # none yet, or one that cannot be read: then all days are to be done
            self.done, self.failed = set(), {}

    @property
    def is_resumed(self) -> bool:
        """Whether an earlier call has begun it."""
        return self._path.exists()

    def remaining(self) -> list[date]:
        """The days to do: those not done, failed ones last."""
        left = [day for day in self.backfill.days if day not in self.done]
        return sorted(left, key=lambda day: (day in self.failed, day))

    def note_done(self, dates: Iterable[date]) -> None:
        for day in dates:
            self.done.add(day)
            self.failed.pop(day, None)
        self._write()

    def note_failed(self, day: date, cause: str) -> None:
        self.failed[day] = cause
        self._write()

    def close(self) -> None:
        """All is done, published too."""
        self._path.unlink(missing_ok=True)

    def forget(self) -> None:
        """Begin anew."""
        self.done, self.failed = set(), {}
        self.close()

    def _write(self) -> None:
        noted = {
            "backfill": asdict(self.backfill),
            "done": sorted(map(str, self.done)),
            "failed": {str(day): cause for day, cause in sorted(self.failed.items())},
        }
        text = json.dumps(noted, indent=1, default=str) + "\n"
        replace_file(self._path, lambda part: part.write_text(text))


def unfinished(home: Home) -> list[Path]:
    """The files of backfills that were begun and have not come to their end."""
    return sorted(home.backfills.glob("*.json"))
