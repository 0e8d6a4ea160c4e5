"""JSON-LD as publishers write it: graphs, lists, several objects, broken JSON.

Gives the object that describes the article.
"""

from __future__ import annotations

import html
import json
import re
from collections import deque
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
LINE_COMMENT = re.compile(r"^[ \t]*//[^\n]*$", re.MULTILINE)
COMMENTS = (("<!--", "-->"), ("/*", "*/"))
NESTED = frozenset(("@graph", "mainEntity", "itemListElement", "item", "author", "mainEntityOfPage"))
"""Properties whose objects are objects of the page."""
TRAILING_COMMA = re.compile(r",\s*([}\]])")
STRING_FIELD = re.compile(
    r'"(headline|datePublished|dateModified|inLanguage|articleSection|isAccessibleForFree)"\s*:\s*'
    r'"((?:[^"\\\n]|\\.){1,400})"'
)
AUTHOR_NAME = re.compile(r'"author"\s*:\s*[\[{][^}]{0,200}?"name"\s*:\s*"([^"\\\n]{2,100})"')
BETWEEN = " \t\r\n,;"
"""What stands between objects that a page writes one behind the other."""
AROUND = BETWEEN + "\ufeff"

DECODER = json.JSONDecoder(strict=False)  # line breaks within strings are no fault worth losing the object for


def things(scripts: list[str]) -> tuple[list[Thing], int]:
    """All objects of the page's JSON-LD scripts, outermost first, and the number of scripts that are no JSON.

    Of those, the fields that can be made out are kept.
    """
    found: list[Thing] = []
    broken = 0
    for script in scripts:
        values, is_broken = _load(script)
        broken += is_broken
        for thing in _objects(values):
            found.append(thing)
            if len(found) >= MAX_THINGS:
                return found, broken
    return found, broken


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
    """The object's type without the address of the vocabulary ("http://schema.org/NewsArticle"); "" if it has none.

    Of several types, the one that says it is an article.
    """
    kind = thing.get("@type")
    if isinstance(kind, list):
        kinds = [k for k in kind if isinstance(k, str)]
        kind = next((k for k in kinds if ARTICLE_TYPE.search(k)), kinds[0] if kinds else None)
    return kind.rpartition("/")[2] if isinstance(kind, str) else ""


def text_of(value: object) -> str | None:
    """The text in a value that may be a string, an object with a name or address, or a list of either."""
    for _ in range(4):
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            value = next((value[k] for k in ("name", "@value", "@id", "url") if value.get(k)), None)
        else:
            break
    return unescape(value) if isinstance(value, str) and value.strip() else None


def unescape(text: str) -> str:
    """Entities resolved, also where they were escaped twice ("&amp;quot;")."""
    return html.unescape(html.unescape(text)) if "&" in text else text


def is_persons_site(found: list[Thing]) -> bool:
    """Whether the publisher is said to be one person, as the common blog plugins do: a Person and an Organization."""
    return any(
        isinstance(t.get("@type"), list) and {"Person", "Organization"} <= set(map(str, t["@type"])) for t in found
    )


def is_closed(thing: Thing) -> bool:
    """Whether the object, or a part of it, is said not to be free to read."""
    parts = thing.get("hasPart")
    parts = parts if isinstance(parts, list) else [parts]
    for part in (thing, *parts[:20]):
        free = part.get("isAccessibleForFree") if isinstance(part, dict) else None
        if free is False or (isinstance(free, str) and free.strip().lower().rpartition("/")[2] in ("false", "no")):
            return True
    return False


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


def _load(script: str) -> tuple[list[object], bool]:
    """The values a script holds, and whether it is no JSON even after the usual repairs."""
    text = script.strip(AROUND)
    if text[:1] not in "{[" or text[-1:] not in "}]":
        text = WRAPPING.sub("", script).strip(AROUND)
    if "\\ud" in text or "\\uD" in text:
        text = LONE_SURROGATE.sub(r"\\ufffd", text)
    if not text:
        return [], False
    values = _decode(text)
    if values is None:
        values = _decode(TRAILING_COMMA.sub(r"\1", _without_comments(text)).strip(BETWEEN))
    if values is not None:
        return values, False
    fields: Thing = {}
    for key, value in STRING_FIELD.findall(text):
        fields.setdefault(key, value.replace('\\"', '"').replace("\\/", "/"))
    if fields and (author := AUTHOR_NAME.search(text)):
        fields["author"] = author.group(1)
    return [{"@type": "Article", **fields}] if fields else [], True


def _without_comments(text: str) -> str:
    for opening, closing in COMMENTS:
        pieces, place = [], 0
        while (start := text.find(opening, place)) >= 0 and (end := text.find(closing, start)) >= 0:
            pieces.append(text[place:start])
            place = end + len(closing)
        text = "".join(pieces) + text[place:]
    return LINE_COMMENT.sub("", text)


def _decode(text: str) -> list[object] | None:
    """The JSON values written one behind the other, None if something else stands among them."""
    values: list[object] = []
    start = 0
    while start < len(text):
        try:
            value, start = DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            return None
        values.append(value)
        while start < len(text) and text[start] in BETWEEN:
            start += 1
    return values


def _objects(value: object) -> Iterator[Thing]:
    queue = deque([value])
    while queue:
        item = queue.popleft()
        if isinstance(item, list):
            queue.extendleft(reversed(item))
        elif isinstance(item, dict):
            yield item
            queue.extend(v for k, v in item.items() if k in NESTED and isinstance(v, dict | list))
