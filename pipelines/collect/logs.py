"""The collection log: what each source gave on each archive date, by stage. Counts only; nothing is collected here."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from pipelines.collect.state import State
from pipelines.records import SourceLog

Stage = Literal["poll", "pages", "articles", "annotations"]
COUNTS = ("discovered", "fetched", "unchanged", "duplicate", "parsed")
"""The counts of a collection log, in the order in which a page meets them."""


class LogStore:
    """What each source gave on each archive date, over all runs.

    The stages are kept apart, so that fetching or parsing again does not wipe out what polling met.
    """

    def __init__(self, state: State) -> None:
        self._state = state

    def merge(self, log: SourceLog, *, stage: Stage = "pages") -> SourceLog:
        """Take up what one run of a stage gave and return the day's. A run without news changes no number.

        Counts of what was seen only grow. Failures of a poll only grow too (they are of one moment); those of the other
        stages replace the earlier ones, since what failed then was tried again.
        """
        with self._state.transaction():
            old = self._rows(log.archive_date, log.source_id).get((log.source_id, stage), {})
            counts = {name: max(getattr(log, name), old.get(name, 0)) for name in COUNTS}
            if stage == "articles":
                counts["parsed"] = log.parsed
            grows = stage == "poll" or (stage == "pages" and log.discovered < old.get("discovered", 0))
            failures = _larger(old.get("failures", {}), log.failures) if grows else dict(log.failures)
            self._state.run(
                "insert or replace into collection_log values (?, ?, ?, ?)",
                log.archive_date.isoformat(), log.source_id, stage, json.dumps({**counts, "failures": failures}),
            )  # fmt: skip
            return self.read(log.archive_date, log.source_id)[0]

    def read(self, archive_date: date, source_id: str | None = None) -> list[SourceLog]:
        """The logs of a day, by source id; or that of one source."""
        total: dict[str, Counter[str]] = {}
        failures: dict[str, Counter[str]] = {}
        for (one, _), row in sorted(self._rows(archive_date, source_id).items()):
            counts = total.setdefault(one, Counter())
            for name in COUNTS:
                counts[name] = max(counts[name], row.get(name, 0))
            failures.setdefault(one, Counter()).update(row.get("failures", {}))
        return [
            SourceLog(one, archive_date, **counts, failures=dict(sorted(failures[one].items())))
            for one, counts in total.items()
        ]

    def _rows(self, archive_date: date, source_id: str | None = None) -> dict[tuple[str, str], dict[str, Any]]:
        sql, values = "select source_id, stage, counts from collection_log where archive_date = ?", [str(archive_date)]
        if source_id is not None:
            sql, values = f"{sql} and source_id = ?", [*values, source_id]
        rows = self._state.all(sql, *values)
        return {(name, stage): json.loads(counts) for name, stage, counts in rows}


def _larger(old: Mapping[str, int], new: Mapping[str, int]) -> dict[str, int]:
    return {reason: max(old.get(reason, 0), new.get(reason, 0)) for reason in {**old, **new}}
