"""The collection log on disk: `ROOT/<archive date>/<source>.json`. Counts only; nothing is collected here."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pipelines.collect.durable import write_whole
from pipelines.errors import ClaimhouseError
from pipelines.records import SourceLog

Stage = Literal["poll", "pages", "articles", "annotations"]
STAGES: tuple[Stage, ...] = ("poll", "pages", "articles", "annotations")


class LogStore:
    """What each source gave on each archive date, over all runs.

    The stages are kept apart, so that fetching or parsing again does not wipe out what polling met.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def merge(self, log: SourceLog, *, stage: Stage = "pages") -> SourceLog:
        """Take up the log of one run and return the day's. Merging the log of a run without news changes no number.

        `fetched` of a run is what the archive holds, `discovered` and `duplicate` what has been seen: the larger wins.
        Failures of a run over all candidates replace the earlier ones (what failed then was tried again); those of a
        poll, or of a run over fewer, only add to them. `unchanged` is a fact of one run and is not kept.
        Stage "articles" replaces `parsed` and the failures of parsing, "annotations" those of annotating.
        """
        path = self.root / log.archive_date.isoformat() / f"{log.source_id}.json"
        row = _read(path) if path.is_file() else {}
        counts = {key: max(getattr(log, key), row.get(key, 0)) for key in ("discovered", "fetched", "duplicate")}
        counts["parsed"] = log.parsed if stage == "articles" else row.get("parsed", log.parsed)
        replaces = stage in ("articles", "annotations") or (
            stage == "pages" and log.discovered >= row.get("discovered", 0)
        )
        reasons: dict[str, dict[str, int]] = {name: row.get(name, {}) for name in STAGES}
        reasons[stage] = dict(log.failures) if replaces else _larger(reasons[stage], log.failures)
        merged: dict[str, Any] = {**counts, **reasons}
        write_whole(path, (json.dumps(merged, indent=1, sort_keys=True) + "\n").encode())
        return _log(log.source_id, log.archive_date, merged)

    def read(self, archive_date: date) -> list[SourceLog]:
        """The logs of a day, by source id."""
        paths = sorted((self.root / archive_date.isoformat()).glob("*.json"))
        return [_log(path.stem, archive_date, _read(path)) for path in paths]


def _read(path: Path) -> dict[str, Any]:
    try:
        row = json.loads(path.read_bytes())
        _log(path.stem, date.min, row)
    except (ValueError, TypeError, AttributeError) as error:
        raise ClaimhouseError(
            f"{path}: is no collection log ({error}). Delete it; the next run counts again."
        ) from error
    return dict(row)


def _log(source_id: str, day: date, row: Mapping[str, Any]) -> SourceLog:
    failures: Counter[str] = Counter()
    for stage in STAGES:
        failures.update(row.get(stage, {}))
    return SourceLog(
        source_id,
        day,
        discovered=row.get("discovered", 0),
        fetched=row.get("fetched", 0),
        duplicate=row.get("duplicate", 0),
        parsed=row.get("parsed", 0),
        failures=dict(sorted(failures.items())),
    )


def _larger(old: Mapping[str, int], new: Mapping[str, int]) -> dict[str, int]:
    return {reason: max(old.get(reason, 0), new.get(reason, 0)) for reason in {**old, **new}}
