"""The headline, chosen among the places that give one, without the site's name, the kicker or the section around it."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from pipelines.parse.fields.jsonld import unescape
from pipelines.parse.text.characters import fold, squeeze

SEPARATED = re.compile(r"(\s+(?:[|•·»›:/\\]|[-–—]{1,2}|::|\|\||//)\s+|\s*\|\s*)")
NOT_LETTERS = re.compile(r"[\W_]+")
ARCHIVE = re.compile(r"^.*»\s*blog archive?\s*»\s*", re.I)
"""How old blogs write a title: "Site » Blog Archive » Headline"."""
CUT_OFF = re.compile(r"\s*(?:\.\.\.|…)$")
DATE_BEFORE = re.compile(
    r"^(?:(?:mo|di|mi|do|fr|sa|so)\w*,?\s+)?\d{1,2}\.\s?(?:\d{1,2}\.|[a-zäöü]{3,9}\.?)\s?\d{4}(?:\s*[-–—:|]\s*|\s+)",
    re.I,
)

WEIGHTS = {"h1": 0.7, "json-ld": 2.3, "opengraph": 0.9, "title": 0.3}
"""What each place's word is worth, from counting which is right where places disagree: the JSON-LD headline is the
desk's own, where there is one."""
WEIGHTS_WITHOUT_JSON_LD = {"h1": 1.9, "opengraph": 0.9, "title": 0.55}
"""Without it, `og:title` and `<title>` are more often written for search engines than by the desk."""
LESS_BEFORE, LESS_BEHIND = 0.8, 0.8
"""Share of a longer headline's weight that counts for a shorter one: without its kicker, without its tail."""
IN_ADDRESS = 1.5
"""Weight of an address that holds all the headline's words."""
MIN_HEADLINE = 12
"""Letters from which a part of a headline can be one."""


class Heading(NamedTuple):
    """An `<h1>`. `is_plain`: there is no element in it, and so no kicker of its own and no lost blank."""

    text: str
    is_plain: bool


def best_title(
    headings: list[Heading],
    said: list[tuple[str, str]],
    site: str | None,
    host: str,
    path: str,
) -> tuple[str | None, str]:
    """The headline and where it stood: the one most places agree on, all without the site's name.

    `said` are the other places ("json-ld", "opengraph", "title") with what they say, squeezed. A place that says
    more ("Kicker: Headline") also speaks for the part of it that another place gives alone.
    """
    headed = {fold(heading.text): heading for heading in headings}
    told = {fold(text) for origin, text in said if origin != "title"}
    plain = headed.get(next(iter(told))) if len(told) == 1 else None
    if plain and plain.is_plain:  # most pages: nothing to choose
        return DATE_BEFORE.sub("", plain.text, count=1), "h1"
    texts = [(origin, _cleaned(text, headed, site, host)) for origin, text in said]
    texts = [(origin, text) for origin, text in texts if not is_site(text, site, host)]
    document = next((text for origin, text in said if origin == "title"), "")
    if shown := _shown(headings, texts, document, site, host, path):
        # Of several spellings the first counts, and one put together from elements may have lost a blank.
        texts.insert(0 if shown.is_plain else len(texts), ("h1", shown.text))
    weights = WEIGHTS if any(origin == "json-ld" for origin, _ in texts) else WEIGHTS_WITHOUT_JSON_LD
    votes: dict[str, float] = {}
    spelled: dict[str, tuple[str, str]] = {}
    for origin, text in texts:
        if folded := fold(text):
            votes[folded] = votes.get(folded, 0) + weights[origin]
            spelled.setdefault(folded, (text, origin))
    if votes:
        return spelled[_elect(votes, spelled, path) if len(votes) > 1 else next(iter(votes))]
    # Nothing but the site's name anywhere.
    return next(((text, origin) for origin, text in said), (None, ""))


def strip_site(title: str, site: str | None, host: str) -> str:
    """Cut "… - Site", "Site: …" and "… | Section | Site"."""
    if "»" in title:
        title = ARCHIVE.sub("", title)
    pieces = _pieces(title)
    if len(pieces) < 2:
        return title
    parts, marks = list(pieces[::2]), list(pieces[1::2])
    while len(parts) > 1 and (
        is_site(parts[-1], site, host)
        or (marks[-1].strip() == "|" and len(parts[-1].split()) <= 4 and len(parts[-1]) < len(title) / 2)
    ):
        parts.pop()
        marks.pop()
    while len(parts) > 1 and is_site(parts[0], site, host):
        parts.pop(0)
        marks.pop(0)
    text = parts[0]
    for mark, part in zip(marks, parts[1:], strict=False):
        text += mark + part
    return text.strip()


def is_site(text: str, site: str | None, host: str) -> bool:
    """Whether the text is but the site's name, as the page or its address gives it."""
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


@functools.lru_cache(maxsize=1 << 4)  # a memo of a pure function: one page's `<title>` is taken apart twice
def _pieces(title: str) -> tuple[str, ...]:
    """The parts of a title and the marks between them, by turns."""
    return tuple(SEPARATED.split(title))


def _cleaned(text: str, headed: dict[str, Heading], site: str | None, host: str) -> str:
    """What a place says without entities, a date in front and the site's name, unless an `<h1>` says just the same."""
    whole = squeeze(unescape(text)) if "&" in text else text
    return whole if fold(whole) in headed else DATE_BEFORE.sub("", strip_site(whole, site, host), count=1)


def _shown(
    headings: list[Heading],
    said: list[tuple[str, str]],
    document: str,
    site: str | None,
    host: str,
    address: str,
) -> Heading | None:
    """The `<h1>` that is the article's: the one that shares most words with what other places say."""
    parts = _pieces(document)[::2]
    candidates = []
    for heading in headings:
        text = DATE_BEFORE.sub("", heading.text, count=1)
        folded = fold(text)
        # "Headline | Site" in <title> and "Site" in a logo's <h1>.
        is_logo = len(parts) > 1 and folded == fold(parts[-1]) and _in(address, parts[0]) > _in(address, text)
        if len(text) > 1 and not is_logo and not is_site(text, site, host):
            candidates.append(Heading(text, heading.is_plain))
    best, heading_found = 0.49, None
    for heading in candidates:
        folded = fold(heading.text)
        share = max((1.0 if fold(other) == folded else _shared(heading.text, other) for _, other in said), default=0.0)
        if share > best:
            best, heading_found = share, heading
    if heading_found is None and len(candidates) == 1:
        is_alone = not any(origin in ("json-ld", "opengraph") for origin, _ in said)
        if is_alone or len(candidates[0].text.split()) >= 3:
            return candidates[0]
    return heading_found


def _in(address: str, text: str) -> float:
    """Share of a text's longer words that stand in the page's address."""
    words = [word for word in NOT_LETTERS.split(_ascii(text)) if len(word) > 3]
    return len([word for word in words if word in _words(address)]) / len(words) if words else 0.0


@functools.lru_cache(maxsize=1 << 4)  # a memo of a pure function: one page's headlines share its address
def _words(address: str) -> frozenset[str]:
    return frozenset(NOT_LETTERS.split(address.casefold()))


def _elect(votes: dict[str, float], spelled: dict[str, tuple[str, str]], address: str) -> str:
    """The headline with most weight, that of longer ones it is part of and of the address included."""
    sums = dict(votes)
    for short in votes:
        text = spelled[short][0]
        if CUT_OFF.search(text):
            sums[short] -= 0.5
        elif len(short) >= MIN_HEADLINE and len(text.split()) >= 3:
            for long, weight in votes.items():
                if len(long) > len(short) and long.endswith(short):
                    sums[short] += weight * LESS_BEFORE
                elif len(long) > len(short) and long.startswith(short):
                    sums[short] += weight * LESS_BEHIND
        sums[short] += IN_ADDRESS * _in(address, text)
    return max(sums, key=lambda folded: sums[folded])


def _ascii(text: str) -> str:
    """Lower case, umlauts as addresses write them."""
    low = text.casefold()
    return low.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue") if not low.isascii() else low


def _shared(one: str, other: str) -> float:
    """Share of the words two headlines have in common."""
    a, b = set(one.casefold().split()), set(other.casefold().split())
    return len(a & b) / max(1, min(len(a), len(b))) if len(a) > 2 and len(b) > 2 else 0.0
