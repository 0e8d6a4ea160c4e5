"""Which override counts for a page, and putting it to use on the page's tree. The files are read in `files`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.parse.publishers.files import PACKAGED, Override, Publisher, read_publishers
from pipelines.parse.text.characters import squeeze
from pipelines.parse.text.dates import parse_url_date, style_for

MAX_VALUES = 20
"""Values read of one field; no article has more authors."""

MAX_HOST_CHARS = 260
"""Of an address, searched for the host's end; names have at most 253 characters (RFC 1035)."""

ROOTS = frozenset(("html", "head", "body"))


class Overrides:
    """Publishers by host."""

    def __init__(self, publishers: Iterable[Publisher]) -> None:
        self._by_host: Mapping[str, Publisher] = {host: p for p in publishers for host in p.hosts}

    def find(self, url: str | None, fetched_on: date | None) -> Override | None:
        """The override for the page's day: that in its address, else that of fetching; without either the newest.

        None for nearly all pages.
        """
        publisher = self._publisher(url)
        if publisher is None:
            return None
        stamp = parse_url_date(url, style_for(None))
        day = stamp.moment.date() if stamp else fetched_on
        if day is None:
            return publisher.layouts[-1]
        return next((layout for layout in publisher.layouts if layout.holds_on(day)), None)

    def _publisher(self, url: str | None) -> Publisher | None:
        """The publisher of the host or of the nearest host above it. By hand: parsing the URL would cost ten times."""
        by_host = self._by_host
        host = (url or "").partition("://")[2][:MAX_HOST_CHARS].partition("/")[0].partition(":")[0].lower()
        while host:
            if host in by_host:
                return by_host[host]
            host = host.partition(".")[2]
        return None


@cache
def packaged() -> Overrides:
    """The overrides that come with the program."""
    return Overrides(read_publishers(PACKAGED))


def find_override(url: str | None, fetched_on: date | None) -> Override | None:
    """`Overrides.find` among those that come with the program."""
    return packaged().find(url, fetched_on)


def apply(tree: LexborHTMLParser, override: Override) -> None:
    """Take out what the override drops, and mark the body as `itemprop=articleBody`, which the reader believes.

    Where the body's selector meets nothing the page is left to the general way.
    """
    for selector in override.drop:
        for node in _outermost(tree.css(selector)):
            node.decompose()
    if override.body:
        for node in tree.css(override.body):
            node.attrs["itemprop"] = "articleBody"


def read_values(tree: LexborHTMLParser, override: Override) -> dict[str, list[str]]:
    """What stands where the override says a field stands: title, authors, published. To be called before `apply`."""
    found = {}
    for field, selector in override.fields.items():
        nodes = tree.css(selector.css)[:MAX_VALUES]
        raw = (n.attributes.get(selector.attribute) if selector.attribute else n.text(separator=" ") for n in nodes)
        if values := [value for text in raw if (value := squeeze(text or ""))]:
            found[field] = values
    return found


def _outermost(nodes: list[LexborNode]) -> list[LexborNode]:
    """Without those inside others of them, which are gone with these, and without the page itself."""
    chosen = {node.mem_id for node in nodes}
    return [node for node in nodes if node.tag not in ROOTS and not _is_inside(node, chosen)]


def _is_inside(node: LexborNode, chosen: set[int]) -> bool:
    around = node.parent
    while around is not None:
        if around.mem_id in chosen and around.tag not in ROOTS:
            return True
        around = around.parent
    return False
