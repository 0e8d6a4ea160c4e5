"""Candidates on disk: one JSON line each under `ROOT/<archive date>/<source>.jsonl`. No network, no pages."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from pipelines.collect.durable import write_whole
from pipelines.collect.listing import parse_time
from pipelines.records import Candidate, Failure


class CandidateStore:
    """What sources have listed so far. One writer a source at a time; readers never see half a file."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def add(self, candidates: Iterable[Candidate]) -> int:
        """Merge by URL into the files of their days; the first listing of a URL stays. Returns how many are new."""
        groups: dict[tuple[date, str], list[Candidate]] = defaultdict(list)
        for candidate in candidates:
            groups[candidate.archive_date, candidate.source_id].append(candidate)
        return sum(self._merge(day, source_id, group) for (day, source_id), group in groups.items())

    def _merge(self, day: date, source_id: str, group: list[Candidate]) -> int:
        known = {candidate.url: candidate for candidate in self.read(day, source_id)}
        before = len(known)
        for candidate in group:
            known.setdefault(candidate.url, candidate)
        if len(known) > before:
            lines = "".join(_line(candidate) for candidate in known.values())
            write_whole(self._path(day, source_id), lines.encode())
        return len(known) - before

    def read(
        self, archive_date: date, source_id: str | None = None, *, failures: Counter[str] | None = None
    ) -> list[Candidate]:
        """The candidates of a day, of one source or of all in the order of their ids.

        A line that cannot be read (torn by a crash, edited by hand) is left out and counted in `failures`
        under unreadable_file.
        """
        if source_id is not None:
            paths = [self._path(archive_date, source_id)]
        else:
            paths = sorted((self.root / archive_date.isoformat()).glob("*.jsonl"))
        counts: Counter[str] = Counter() if failures is None else failures
        return [candidate for path in paths if path.is_file() for candidate in _read(path, archive_date, counts)]

    def _path(self, day: date, source_id: str) -> Path:
        return self.root / day.isoformat() / f"{source_id}.jsonl"


def _line(candidate: Candidate) -> str:
    row = {
        "url": candidate.url,
        "listed_at": candidate.listed_at.isoformat() if candidate.listed_at else None,
        "title": candidate.title,
    }
    return json.dumps(row, ensure_ascii=False) + "\n"


def _read(path: Path, day: date, failures: Counter[str]) -> Iterator[Candidate]:
    # Split at "\n" only: titles may hold U+2028, which str.splitlines takes for a line end.
    for line in path.read_bytes().split(b"\n"):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            yield Candidate(path.stem, str(row["url"]), day, parse_time(row.get("listed_at")), row.get("title"))
        except (ValueError, KeyError, TypeError, AttributeError):
            failures[Failure.UNREADABLE_FILE.value] += 1
