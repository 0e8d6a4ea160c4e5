"""The headline without the site's name, the kicker or the section around it."""

from __future__ import annotations

import re

from pipelines.parse.blocks import squeeze

SEPARATED = re.compile(r"\s+(?:[|•·»›:/\\]|[-–—]{1,2}|::|\|\|)\s+|\s*\|\s*")
NOT_LETTERS = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Letters and digits only, to compare headlines that differ in quotation marks and blanks."""
    return NOT_LETTERS.sub("", text.casefold())


def best_title(
    headings: list[str], social: str | None, headline: str | None, document: str | None, site: str | None, host: str
) -> tuple[str | None, str]:
    """The headline and where it stood.

    The page's own `<h1>` counts if another place agrees with it or nothing else is given; else what the publisher
    gives to other machines, then `<title>`; all without the site's name.
    """
    others = {
        key: strip_site(squeeze(value), site, host)
        for key, value in (("json-ld", headline), ("opengraph", social), ("title", document))
        if value and squeeze(value)
    }
    # The blank comes from a kicker in an element of its own: <span>Verkehr</span>: <span>Neue Brücke</span>.
    shown = [text.replace(" : ", ": ") for text in map(squeeze, headings) if len(text) > 1]
    for text in shown:
        folded = fold(text)
        if folded and any(_agree(folded, fold(other)) for other in others.values()) and not _is_site(text, site, host):
            return text, "h1"
    for text in shown:
        if any(_shared(text, other) >= 0.5 for other in others.values()) and not _is_site(text, site, host):
            return text, "h1"
    if len(shown) == 1 and len(shown[0].split()) >= 3 and not _is_site(shown[0], site, host):
        return shown[0], "h1"
    for key in ("opengraph", "json-ld", "title"):
        if others.get(key):
            return others[key], key
    return (shown[0], "h1") if shown else (None, "")


def strip_site(title: str, site: str | None, host: str) -> str:
    """Cut "… - Site", "Site: …" and "… | Section | Site"."""
    parts = SEPARATED.split(title)
    if len(parts) < 2:
        return title
    marks = [match.group() for match in SEPARATED.finditer(title)]
    while len(parts) > 1 and (
        _is_site(parts[-1], site, host)
        or (marks[-1].strip() == "|" and len(parts[-1].split()) <= 4 and len(parts[-1]) < len(title) / 2)
    ):
        parts.pop()
        marks.pop()
    while len(parts) > 1 and _is_site(parts[0], site, host):
        parts.pop(0)
        marks.pop(0)
    text = parts[0]
    for mark, part in zip(marks, parts[1:], strict=False):
        text += mark + part
    return text.strip()


def _is_site(text: str, site: str | None, host: str) -> bool:
    folded = fold(text)
    if not folded:
        return True
    name = fold(site or "")
    if name and (
        folded == name
        or (len(folded) > 3 and folded in name)
        or (len(name) > 3 and name in folded and len(text.split()) <= 5)
    ):
        return True
    letters = fold(host.removeprefix("www."))
    return len(folded) > 2 and len(text.split()) <= 4 and (folded in letters or folded.replace("online", "") in letters)


def _agree(one: str, other: str) -> bool:
    return bool(one) and bool(other) and (one == other or (len(one) >= 12 and one in other))


def _shared(one: str, other: str) -> float:
    """Share of the words two headlines have in common."""
    a, b = set(one.casefold().split()), set(other.casefold().split())
    return len(a & b) / max(1, min(len(a), len(b))) if len(a) > 2 and len(b) > 2 else 0.0
