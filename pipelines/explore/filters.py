"""What a reader narrows claims down to. It stands in the address, so that a link gives the same view."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from pipelines.errors import UsageError

PAGE_SIZE = 25
LAST_PAGE = 400
"""Further back nobody turns pages: a filter is quicker. What is skipped must be read all the same."""
CONDITIONS = {
    "q": "move_id in (select unnest($found))",
    "company": (
        "company_id in (select company_id from companies where company_id = $company or name ilike $company_like)"
    ),
    "type": "move_type = $type",
    "certainty": "certainty = $certainty",
    "source": "source_name ilike $source_like",
    "publisher": "article_id in (select article_id from articles where publisher ilike $publisher_like)",
    "market": "market ilike $market_like",
    "since": "published_at >= $since",
    "until": "published_at < $until + interval 1 day",
}
"""By field of `Filters`, over `market_moves`."""
NAMED = re.compile(r"\$(\w+)")
DAYS = ("since", "until")


@dataclass(frozen=True, slots=True)
class Filters:
    """Empty fields narrow nothing down. Days are those of publication, both included."""

    q: str = ""
    company: str = ""
    type: str = ""
    certainty: str = ""
    source: str = ""
    publisher: str = ""
    market: str = ""
    since: str = ""
    until: str = ""
    page: int = 1

    @property
    def condition(self) -> str:
        """For a `where` over `market_moves`."""
        return " and ".join(CONDITIONS[name] for name in self._given()) or "true"

    @property
    def parameters(self) -> dict[str, Any]:
        """What the condition names; for `$found`, the claims that hold words, the words under `q`."""
        values: dict[str, Any] = {}
        for name, value in self._given().items():
            values |= {name: _day(value) if name in DAYS else value, f"{name}_like": f"%{_literal(value)}%"}
        named = {"q", *NAMED.findall(self.condition)}
        return {name: value for name, value in values.items() if name in named}

    def address(self, page: int | None = None) -> str:
        """The query part of an address for this view, or another page of it."""
        turned = replace(self, page=page or self.page)
        values = turned._given() | ({"page": str(turned.page)} if turned.page > 1 else {})
        return urlencode(values)

    def _given(self) -> dict[str, str]:
        return {name: value for name in CONDITIONS if (value := getattr(self, name))}


def read_filters(query: Mapping[str, str]) -> Filters:
    """The filters of an address; what it has besides is ignored. Raises `UsageError` naming a day that is none."""
    given = {field.name: query[field.name].strip()[:200] for field in fields(Filters) if field.name in query}
    page = given.pop("page", "1")
    for name in DAYS:
        _day(given.get(name, ""))
    number = int(page) if page.isascii() and page.isdigit() else 1
    return Filters(**given, page=min(max(number, 1), LAST_PAGE))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError(f"{text!r} is no day: write it like 2026-03-02.") from error


def _literal(text: str) -> str:
    """A text in which `ilike` finds no wildcards."""
    return text.replace("%", "").replace("_", "")
