"""XML from strangers, read event by event: nothing is expanded or fetched, nesting is bounded, what was whole stays.

Knows neither sitemaps nor OPML. A document type declaration is the way to every expansion and external fetch, so a
document that has one is refused where its format needs none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from xml.parsers import expat

HTML_START = re.compile(rb"\s*(?:<(?:\?xml|!--)[^>]*>\s*)*<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
HEAD = 4_096
"""Bytes at the beginning in which a page shows that it is one."""

CHUNK = 64 * 1024
MAX_TAG = 256 * 1024
"""Bytes of one tag (or comment). A tag becomes objects all at once, twenty times its size if it is all attributes."""

OnStart = Callable[[tuple[str, ...], Mapping[str, str]], None]
OnEnd = Callable[[tuple[str, ...], str], None]


def looks_like_html(body: bytes) -> bool:
    """True for what begins like a web page: servers answer with one where a feed or sitemap was."""
    return HTML_START.match(body.removeprefix(b"\xef\xbb\xbf")[:HEAD]) is not None


class Reader:
    """Tells `start` of every element's path and attributes, and `end` of its path and text.

    Prefixes are cut, so an undeclared one does no harm; a path holds the names from the root's child down.
    """

    def __init__(self, *, max_depth: int, start: OnStart | None = None, end: OnEnd | None = None) -> None:
        self.root = ""
        self.broken: str | None = None
        self._max_depth, self._on_start, self._on_end = max_depth, start, end
        self._path: list[str] = []
        self._text: list[str] = []

    def read(self, body: bytes) -> None:
        """Read a document once. Where it breaks off, `broken` says how.

        Raises `ValueError` for a document type declaration, for elements nested deeper than `max_depth` and for a tag
        longer than `MAX_TAG`, and whatever `start` and `end` raise.
        """
        body = body.removeprefix(b"\xef\xbb\xbf").lstrip()
        try:
            try:
                self._parse(body, None)
            except LookupError:  # an encoding nobody knows is declared
                self._parse(body, "utf-8")
        except expat.ExpatError as error:
            self.broken = str(error)

    def _parse(self, body: bytes, encoding: str | None) -> None:
        parser = expat.ParserCreate(encoding)
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        for at in range(0, len(body), CHUNK):
            parser.Parse(body[at : at + CHUNK], False)
            if at - parser.CurrentByteIndex > MAX_TAG:
                raise ValueError(f"it has a tag of more than {MAX_TAG:,} bytes")
        parser.Parse(b"", True)

    def _doctype(self, *_: object) -> None:
        raise ValueError("it has a DOCTYPE, which is not read for safety and never needed")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._text.clear()
        local = name.rpartition(":")[2]
        if not self.root:
            self.root = local
            return
        self._path.append(local)
        if len(self._path) >= self._max_depth:
            raise ValueError(f"its elements are nested more than {self._max_depth} deep")
        if self._on_start:
            self._on_start(tuple(self._path), attributes)

    def _end(self, _: str) -> None:
        if self._path:
            if self._on_end:
                self._on_end(tuple(self._path), "".join(self._text).strip())
            self._path.pop()
        self._text.clear()
