"""What one opening tag says, read from its text as lexbor writes it: boilerplate, body, lead, hidden, byline, date.

Lexbor writes a tree in one form: lower-case names, values in double quotes, `<`, `>` and `&` in them escaped.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from pipelines.parse.body.signals import NEUTRAL, NOISE_ROLES, NOISE_TAGS, Meaning, read_signals
from pipelines.parse.text.characters import unescape

ATTRIBUTE = re.compile(r' ([^\s=]+)="([^"]*)"')
TELLING = re.compile(r' (class|id|data-component|data-testid|role|itemprop|rel|hidden|aria-hidden|style)="([^"]*)"')
HIDDEN_STYLE = re.compile(r"display:\s*none|visibility:\s*hidden")

MAX_TAG_CHARS = 1000
"""Characters of a tag that are read and remembered. What stands further behind are data of scripts."""

MAX_SIGNAL_CHARS = 400
"""Characters of an element's names that are read; generated class lists run to thousands."""

NAMES = ("class", "id", "data-component", "data-testid")
"""Attributes that bear an element's names. Test ids and component names say more than generated class names do."""

DATE_PROPERTIES = frozenset(("datePublished", "dateModified", "dateCreated"))
MARKED_TAGS = frozenset(("time", "address"))


class Opening(NamedTuple):
    """An opening tag. `noise` is the rule that calls the element boilerplate; `is_marked`: it may name authors or
    dates; `is_named`: it has a class, id or role at all."""

    noise: str | None = None
    is_body: bool = False
    is_lead: bool = False
    is_main: bool = False
    is_hidden: bool = False
    is_marked: bool = False
    is_named: bool = False


PLAIN = Opening()
NAMED = Opening(is_named=True)


def read_opening(tag: str) -> Opening:
    """Read an opening tag without its brackets: `div class="lead"`. Of a long one the beginning is read."""
    return _read_opening(tag[:MAX_TAG_CHARS])


@functools.lru_cache(maxsize=1 << 12)  # a memo of a pure function: a page repeats its tags, a site's pages share them
def _read_opening(opening: str) -> Opening:
    name, _, rest = opening.partition(" ")
    if rest.startswith('class="') and rest.find('"', 7) == len(rest) - 1:  # nothing but a class: most elements
        attributes, names = {}, rest[7:-1][:MAX_SIGNAL_CHARS].lower()
    else:
        attributes = dict(TELLING.findall(opening)) if rest else {}
        names = " ".join([value for key in NAMES if (value := attributes.get(key))])[:MAX_SIGNAL_CHARS].lower()
    meaning = read_signals(names) if names else NEUTRAL
    if meaning is NEUTRAL and name not in TELLING_TAGS and attributes.keys() <= SILENT:
        return NAMED if names else PLAIN
    return _read_all(name, attributes, meaning, bool(names))


def _read_all(name: str, attributes: dict[str, str], meaning: Meaning, has_names: bool) -> Opening:
    noise, is_body, is_lead, is_marked = meaning
    if name == "blockquote" and noise in QUOTED_POSTS:
        noise = None
    itemprop, role = attributes.get("itemprop", ""), attributes.get("role")
    if itemprop == "articleBody":
        noise, is_body = None, True
    elif itemprop == "description":
        noise, is_lead = None, True
    if role in NOISE_ROLES:
        noise = f"role-{role}"
    return Opening(
        noise=noise or NOISE_TAGS.get(name),
        is_body=is_body,
        is_lead=is_lead,
        is_main=role == "main" or name == "main",
        is_hidden=_is_hidden(attributes),
        is_marked=is_marked
        or name in MARKED_TAGS
        or itemprop == "author"
        or "author" in attributes.get("rel", "").split()
        or itemprop in DATE_PROPERTIES,
        is_named=has_names or role is not None,
    )


QUOTED_POSTS = frozenset(f"class-{name}" for name in ("twitter", "tweet", "instagram", "facebook", "embed"))
"""Posts of networks that a text quotes are part of it."""

TELLING_TAGS = MARKED_TAGS | NOISE_TAGS.keys() | {"main"}
SILENT = frozenset(NAMES)
"""Attributes that say nothing beyond the names in them."""


def read_attributes(opening: str) -> dict[str, str]:
    """The attributes of an opening tag, entities resolved."""
    return {name: unescape(value) for name, value in ATTRIBUTE.findall(opening)}


def _is_hidden(attributes: dict[str, str]) -> bool:
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = attributes.get("style")
    return style is not None and HIDDEN_STYLE.search(style.lower()) is not None
