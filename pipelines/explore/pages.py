"""Templates: where they lie and what they may call. Everything that they show is escaped."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipelines.explore.charts import bars
from pipelines.explore.downloads import shown

HERE = Path(__file__).parent
WEB = re.compile(r"https?://", re.IGNORECASE)


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates of the pages and of reports."""
    loader = FileSystemLoader(HERE / "templates")
    found = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    found.filters |= {"shown": shown, "grouped": grouped, "web": web_address, "bars": bars}
    return found


def grouped(value: float) -> str:
    """A figure with narrow spaces between its thousands, which both languages understand."""
    whole, _, rest = shown(value).partition(".")
    return (f"{int(whole):,}".replace(",", "\u202f") if whole.lstrip("-").isdigit() else whole) + (
        f".{rest}" if rest else ""
    )


def web_address(url: str | None) -> str | None:
    """An address that a link may lead to: none that a page could have made a script of."""
    return url if url and WEB.match(url) else None
