"""Feeds that are no XML: mending what is commonly wrong, and taking them apart item by item.

What cannot be mended here is left to feedparser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.entities import name2codepoint

ROOT = re.compile(r"<((?:[\w.-]+:)?(?:rss|feed|RDF))\b[^<>]*>")
ITEM_START = re.compile(r"<((?:[\w.-]+:)?(?:item|entry))(?=[\s>])")
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)(?:#(\d{1,7}|x[0-9a-fA-F]{1,6});|(\w{2,8});)?")
PREFIX = re.compile(r"(?:</?|\s(?=[\w.-]{1,30}:[\w.-]{1,50}=[\"']))([A-Za-z_][\w.-]{0,30}):[A-Za-z_]")
NAMESPACE = re.compile(r"""\sxmlns:([A-Za-z_][\w.-]{0,30})\s*=\s*["']([^"'<>&]{1,200})["']""")
CDATA, CDATA_END = "<![CDATA[", "]]>"

KNOWN_NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}
MAX_PREFIXES = 50
MAX_WRAPPING = 50_000_000
"""Characters put around items in all; only a root tag blown up on purpose comes near."""


@dataclass(frozen=True, slots=True)
class Torn:
    """A feed taken apart: each closed item as a document of its own, and whether the feed breaks off."""

    items: tuple[str, ...]
    is_cut: bool


def mended(text: str) -> str | None:
    """The feed from its first tag on, without what keeps XML parsers from reading it; None if there is no such tag.

    With everything before that tag its document type goes, and so every entity it declares.
    """
    root = ROOT.search(text)
    if root is None:
        return None
    text = ILLEGAL.sub("", text[root.start() :])
    first, *rest = text.split(CDATA)
    parts = [AMPERSAND.sub(_mended_reference, first)]
    for section in rest:
        inside, end, outside = section.partition(CDATA_END)
        parts += (CDATA, inside, end, AMPERSAND.sub(_mended_reference, outside))
    return _with_namespaces("".join(parts))


def _mended_reference(match: re.Match[str]) -> str:
    """HTML's names become characters; what is no reference, or one that XML forbids, is text."""
    number, name = match.groups()
    if number:
        code = int(number[1:], 16) if number.startswith("x") else int(number)
        legal = code < 0x110000 and not ILLEGAL.match(chr(code))
        return match.group() if legal else "\ufffd"
    if name in name2codepoint:
        return chr(name2codepoint[name])
    return "&amp;" + match.group()[1:]


def _with_namespaces(text: str) -> str:
    """Declare at the root what is used and not declared there: one forgotten prefix, and nothing can be read."""
    head = ROOT.match(text)
    if head is None:
        return text
    used = list(dict.fromkeys(PREFIX.findall(text)))[:MAX_PREFIXES]
    known = KNOWN_NAMESPACES | dict(NAMESPACE.findall(text))
    here = {prefix for prefix, _ in NAMESPACE.findall(head.group())} | {"xml", "xmlns"}
    added = "".join(f' xmlns:{p}="{known.get(p, f"urn:undeclared:{p}")}"' for p in used if p not in here)
    at = head.end() - (2 if head.group().endswith("/>") else 1)
    return text[:at] + added + text[at:]


def taken_apart(text: str) -> Torn:
    """Every closed item of a mended feed, so that a broken one does not take the others with it."""
    root = ROOT.match(text)
    if root is None:
        return Torn((), True)
    name = root.group(1)
    items = list(_closed_items(text))
    if len(items) * len(root.group()) > MAX_WRAPPING:
        return Torn((), True)
    return Torn(tuple(f"{root.group()}{item}</{name}>" for item in items), f"</{name}" not in text[-2_000:])


def _closed_items(text: str) -> Iterator[str]:
    at = 0
    while start := ITEM_START.search(text, at):
        end = text.find(f"</{start.group(1)}", start.end())
        at = text.find(">", end) + 1
        if end < 0 or at <= 0:
            return
        yield text[start.start() : at]
