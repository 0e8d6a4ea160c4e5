"""The form of our own log: lines for people, or one JSON object each. What is logged is said where it happens."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from typing import Literal

from pythonjsonlogger.json import JsonFormatter

from pipelines.errors import SettingsError

LOG = "CLAIMHOUSE_LOG"
OURS = ("pipelines", "assets")
"""The packages whose log this is. The log of a library such as httpx may hold addresses that are secret."""

LogFormat = Literal["text", "json"]


def log_format(environ: Mapping[str, str]) -> LogFormat:
    """The form that the environment asks for, text where it says nothing. Raises `SettingsError` for another word."""
    match environ.get(LOG) or "text":
        case "text":
            return "text"
        case "json":
            return "json"
        case other:
            raise SettingsError(f"{LOG} is '{other}'. Set it to text or json.")


def write_log(form: LogFormat) -> None:
    """Write what our packages log, from INFO on, to standard error. A second call replaces the first."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(form))
    for name in OURS:
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(logging.INFO)


def _formatter(form: LogFormat) -> logging.Formatter:
    if form == "text":
        return logging.Formatter("%(levelname)s %(name)s: %(message)s")
    return JsonFormatter(
        "{levelname}{name}{process}{message}",
        style="{",
        rename_fields={"levelname": "level", "name": "logger"},
        timestamp=True,
    )
