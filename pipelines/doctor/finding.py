"""What an examination says: how it stands, what is wrong, and what mends it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """A warning can wait or passes by itself; an error keeps the pipeline or its readers from their work."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """Of one examination. `mend` is what to do, empty where there is nothing to do."""

    examination: str
    standing: Standing
    message: str
    mend: str = ""


def ok(examination: str, message: str) -> Finding:
    return Finding(examination, Standing.OK, message)


def warning(examination: str, message: str, mend: str) -> Finding:
    return Finding(examination, Standing.WARNING, message, mend)


def error(examination: str, message: str, mend: str) -> Finding:
    return Finding(examination, Standing.ERROR, message, mend)
