"""JSON-LD as publishers write it: graphs, lists, several objects, broken JSON.

Gives the object that describes the article.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

Thing = dict[str, Any]

MAX_THINGS = 2000
"""Objects looked at on one page: enough for any article, and a bound for hostile ones."""

ARTICLE_TYPE = re.compile(r"(?:Article|BlogPosting|LiveBlogPosting|Report|SocialMediaPosting|Review)$")
WEAK_TYPE = re.compile(r"(?:WebPage|ItemPage|VideoObject|PodcastEpisode|Recipe|CreativeWork|Event)$")

WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|"
    r"/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
# Half an emoji, cut off by a publisher's length limit: no text that can be stored.
LONE_SURROGATE = re.compile(
    r"\\u[dD][89abAB][\da-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][\da-fA-F]{2})\\u[dD][c-fC-F][\da-fA-F]{2}"
)
TRAILING_COMMA = re.compile(r",\s*([}\]])")
STRING_FIELD = re.compile(
    r'"(headline|datePublished|dateModified|inLanguage|articleSection)"\s*:\s*"((?:[^"\\\n]|\\.){1,400})"'
)


def things(scripts: list[str]) -> list[Thing]:
    """All objects of the page's JSON-LD scripts, outermost first. What cannot be read at all is left out."""
    found: list[Thing] = []
    for script in scripts:
        for thing in _objects(_load(script)):
            found.append(thing)
            if len(found) >= MAX_THINGS:
                return found
    return found


def article_thing(found: list[Thing], url: str | None) -> Thing | None:
    """The object that describes this page's article: of an article type, at best one that names the page's address."""
    candidates = [t for t in found if ARTICLE_TYPE.search(type_of(t)) and ("headline" in t or "datePublished" in t)]
    candidates = candidates or [t for t in found if WEAK_TYPE.search(type_of(t)) and "datePublished" in t]
    if url and len(candidates) > 1:
        path = url.split("://", 1)[-1].split("?", 1)[0].rstrip("/")
        for thing in candidates:
            places = (text_of(thing.get(key)) for key in ("url", "mainEntityOfPage", "@id"))
            if any(place and path in place for place in places):
                return thing
    return candidates[0] if candidates else None


def type_of(thing: Thing) -> str:
    kind = thing.get("@type")
    if isinstance(kind, list):
        kind = next((k for k in kind if isinstance(k, str)), None)
    return kind if isinstance(kind, str) else ""


def text_of(value: object) -> str | None:
    """The text in a value that may be a string, an object with a name or address, or a list of either."""
    for _ in range(4):
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            value = next((value[k] for k in ("name", "@value", "@id", "url") if value.get(k)), None)
        else:
            break
    return value if isinstance(value, str) and value.strip() else None


def resolve(value: object, found: list[Thing]) -> list[Thing | str]:
    """The objects or strings a property holds; references (`{"@id": …}`) are followed once."""
    values = value if isinstance(value, list) else [value]
    resolved: list[Thing | str] = []
    for item in values[:50]:
        if isinstance(item, dict):
            if "name" not in item and "@id" in item:
                item = next((t for t in found if t.get("@id") == item["@id"] and "name" in t), item)
            resolved.append(item)
        elif isinstance(item, str):
            resolved.append(item)
        elif isinstance(item, list):
            resolved.extend(i for i in item if isinstance(i, dict | str))
    return resolved


def _load(script: str) -> object:
    text = LONE_SURROGATE.sub(r"\\ufffd", WRAPPING.sub("", script)).strip().rstrip(";")
    for attempt in (text, TRAILING_COMMA.sub(r"\1", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    fields: Thing = {}
    for key, value in STRING_FIELD.findall(text):
        fields.setdefault(key, value.replace('\\"', '"').replace("\\/", "/"))
    return {"@type": "Article", **fields} if fields else None


def _objects(value: object) -> Iterator[Thing]:
    queue = [value]
    while queue:
        item = queue.pop(0)
        if isinstance(item, list):
            queue[:0] = item
        elif isinstance(item, dict):
            yield item
            queue.extend(
                v
                for k, v in item.items()
                if k in ("@graph", "mainEntity", "itemListElement", "item", "author", "mainEntityOfPage")
                and isinstance(v, dict | list)
            )
