"""The questions of `docs/questions.sql`, each with its query."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from pipelines.settings import ROOT

QUESTIONS = ROOT / "docs" / "questions.sql"


@dataclass(frozen=True, slots=True)
class Example:
    """A question in words, what is to be known about it, and its query."""

    question: str
    hint: str
    sql: str


@lru_cache(maxsize=1)
def read_examples() -> tuple[Example, ...]:
    """In the order of the file, where a blank line stands between two."""
    return tuple(map(_example, QUESTIONS.read_text(encoding="utf-8").strip().split("\n\n")))


def _example(block: str) -> Example:
    said = [line.removeprefix("-- ") for line in block.splitlines() if line.startswith("-- ")]
    sql = "\n".join(line for line in block.splitlines() if not line.startswith("-- "))
    return Example(said[0], " ".join(said[1:]), sql)
