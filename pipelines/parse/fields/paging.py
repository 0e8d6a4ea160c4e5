"""The next page of an article that is spread over several; links to the next article are none."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from pipelines.parse.fields.head import absolute, host_of

IN_PATH = re.compile(r"(?:/(?:page|seite|teil|p|s)[/_-]?|/)(\d{1,3})/?$", re.I)
BEFORE_SUFFIX = re.compile(r"[-_,](?:page|seite|p|s|teil)?[-_,]?(\d{1,3})(?:/?|\.\w{3,5})$", re.I)
KEYS = frozenset(("page", "seite", "p", "pg", "paged", "s", "teil", "part"))
SUFFIX = re.compile(r"\.\w{3,5}$")


def next_page(links: list[str], here: str | None) -> str | None:
    """The first `rel=next` link that leads to the same address with the next page number.

    https://news.example/title/2 follows https://news.example/title and …/title?page=1, but …/folge-13 does not follow
    …/folge-12: that is a series.
    """
    for link in links:
        target = absolute(link, here)
        if here and target and host_of(target) == host_of(here):
            base, number = _page(target, with_suffix=True)
            if number > 1 and (base == _bare(here) or _page(here, with_suffix=False) == (base, number - 1)):
                return target
    return None


def _page(url: str, *, with_suffix: bool) -> tuple[str, int]:
    """An address without its page number, and the number: 0 if it has none."""
    parts = urlsplit(url)
    for key, value in parse_qsl(parts.query):
        if key.lower() in KEYS and value.isdecimal():
            return _bare(url), int(value[:4])
    found = IN_PATH.search(parts.path) or (BEFORE_SUFFIX.search(parts.path) if with_suffix else None)
    if found is None:
        return _bare(url), 0
    return _bare(f"//{parts.netloc}{parts.path[: found.start()]}"), int(found[1])


def _bare(url: str) -> str:
    """Host and path, without a last slash or file suffix."""
    parts = urlsplit(url)
    return (parts.netloc + SUFFIX.sub("", parts.path)).rstrip("/")
