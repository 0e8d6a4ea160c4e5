"""Source lists as OPML, the format in which feed readers exchange theirs: reading any, writing ours.

A feed is written as every reader knows it. What only Claimhouse knows stands in attributes that begin with
`claimhouse`: an OPML of ours read back gives the same sources.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from pydantic import TypeAdapter, ValidationError

from pipelines.collect.source_types.xml_reading import Reader, looks_like_html
from pipelines.collect.web.urls import origin_of
from pipelines.sources import FeedSource, Source

MAX_DEPTH = 50
"""Folders within folders; readers know two levels."""
SETTINGS = "claimhouseSource"
"""The attribute that holds the whole of a source as JSON."""
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
ADAPTER: TypeAdapter[Source] = TypeAdapter(Source)


@dataclass(frozen=True, slots=True)
class OpmlFeed:
    """One subscription. `source` is the whole of it where Claimhouse wrote the file; then `url` may be empty."""

    title: str
    url: str
    html_url: str | None = None
    language: str | None = None
    source: Source | None = None


def read_opml(data: bytes) -> list[OpmlFeed]:
    """The feeds of an OPML file, in whatever folders, each once; of a file that breaks off, those before the break.

    Raises `ValueError` for what is no OPML, for a DOCTYPE, and for folders nested too deeply.
    """
    if looks_like_html(data):
        raise ValueError("it is HTML, a web page and no OPML")
    found: dict[str, OpmlFeed] = {}

    def outline(path: tuple[str, ...], attributes: Mapping[str, str]) -> None:
        named = {name.lower(): value.strip() for name, value in attributes.items()}
        if path[0] != "body" or path[-1] != "outline":
            return
        url, source = named.get("xmlurl", ""), _source(named.get(SETTINGS.lower()))
        if url or source:
            title = named.get("title") or named.get("text") or url
            feed = OpmlFeed(title, url, named.get("htmlurl") or None, named.get("language") or None, source)
            found.setdefault(source.id if source else url, feed)

    reader = Reader(max_depth=MAX_DEPTH, start=outline)
    reader.read(data)
    if reader.root.lower() != "opml":
        raise ValueError(f"it is no OPML but <{reader.root}>" if reader.root else f"it is no OPML ({reader.broken})")
    return list(found.values())


def _source(settings: str | None) -> Source | None:
    """What an export of ours said of a source; None for what this version does not know."""
    try:
        return ADAPTER.validate_json(settings) if settings else None
    except ValidationError:
        return None


def write_opml(sources: Iterable[Source], *, title: str = "Claimhouse") -> bytes:
    """OPML 2.0. Feeds are subscriptions to any reader; other types are outlines of type `claimhouse`."""
    opml = Element("opml", version="2.0")
    SubElement(SubElement(opml, "head"), "title").text = title
    body = SubElement(opml, "body")
    for source in sources:
        settings = json.dumps(source.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False)
        names = {"text": source.name, "title": source.name, "language": source.language, SETTINGS: settings}
        if isinstance(source, FeedSource):
            names |= {"type": "rss", "xmlUrl": str(source.url), "htmlUrl": f"{origin_of(str(source.url))}/"}
        else:
            names |= {"type": "claimhouse", "category": f"/claimhouse/{source.type}"}
        SubElement(body, "outline", {name: CONTROL.sub(" ", value) for name, value in names.items()})
    document: bytes = tostring(opml, encoding="utf-8", xml_declaration=True)
    return document
