"""Which parser this is."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from pipelines.versions import digest_of, files_of

PARSER = "2"
"""For people: raised when texts change much. Every change of code is in the digest behind it."""


def parser_version() -> str:
    """Changes with the parser's code, the overrides for publishers and selectolax: what another one read is stale."""
    return f"{PARSER}+{digest_of(files_of(Path(__file__).parent), version('selectolax'))}"
