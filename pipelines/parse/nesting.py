"""The guard before lexbor, whose time is quadratic in the depth of the tree (100 000 nested divs: 18 s) and in more.

It looks at where tags open and never builds a tree. What it lets through takes lexbor 0.3 s at most.
"""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
from numpy.typing import NDArray

from pipelines.records import PageFault

MAX_TAGS = 100_000
"""Tags read of one page. The longest live blogs have 30 000; what follows 100 000 is not the article."""

MAX_DEPTH = 2000
"""Open tags at one point. Real pages stay under 200; at 2000 lexbor still needs only milliseconds."""

MAX_STEPS = 20_000_000
"""Open tags, summed over all tags: lexbor looks through them for every paragraph. 20 million take it 0.05 s."""

MAX_REPEATS = 100_000
"""Formatting tags left open, summed over all tags: so many elements lexbor may add. Real pages stay under 20 000."""

MAX_OPTIONS = 4000
"""Options of one page: every one makes lexbor look through those before it."""

MAX_NAMES = 5000
"""Different names of tags, and of attributes, on one page: lexbor's table of those it does not know is a slow one."""

MAX_ATTRIBUTES = 500
"""Different attributes of one tag, each of which is compared with those before it. Real tags have under 100."""

HARMLESS_TAGS = 1000
"""Opening and closing tags up to which no page takes long, whatever it does with them."""

HARMLESS_DEPTH = 10_000
"""The same for pages that leave no formatting tags open."""

LONG_TAG = 2000
"""Bytes without a `<` from which on a tag's attributes are counted. `MAX_ATTRIBUTES` different ones need more."""

LARGE_PAGE = 400_000
"""Bytes below which the names of attributes need not be counted: 40 000 different ones take lexbor 0.1 s."""

SLICES = 16
SLICE_BYTES = 1000
SAMPLE_NAMES = 150
"""Different names in that many slices from which on all are counted. Real pages have under 60 there."""

TAG = re.compile(rb"<(/?)([a-zA-Z][^\s/<>]*)([^<>]*)")
OPENING = re.compile(rb"<[a-zA-Z][^\s/<>]*+([^<>]*+)>")
WHOLE_TAG = re.compile(rb"""<[a-zA-Z][\w:.-]*[\s/](?:[^"'>]|"[^"]*"|'[^']*')*+""")
ATTRIBUTE = re.compile(rb"""([^\s"'<>/=]+)(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+))?""")
PARAGRAPH = re.compile(rb"<p(?:[\s/][^<>]*)?>", re.I)
BREAKS = b"<br><br>"
MARKUP = re.compile(rb"<(?:script|style)\b[^<>]*>[^<]*|<(?!br>)/?[a-zA-Z!?][^<>]*>?", re.I)

# Tags that never nest by themselves: void ones, and those the next of their kind closes (unclosed `<p>` are no depth).
FLAT = frozenset(b"br embed hr img meta p li dt dd head".split())
FLAT_IN_HTML = frozenset(b"a area base col input link param source track wbr tr td th tbody thead tfoot".split())
# Within these the latter nest too, any tag may close itself (`<path/>`), and the HTML tags named here end it.
FOREIGN = frozenset((b"svg", b"math"))
ENDS_FOREIGN = FLAT | frozenset(
    (
        b"b big blockquote body center code div dl em h1 h2 h3 h4 h5 h6 i listing menu nobr ol pre ruby s small span "
        b"strong strike sub sup table tt u ul var"
    ).split()
)
# Formatting tags that were not closed are opened again in the next paragraph. `<a>` is not: the next one closes it.
FORMATTING = frozenset(b"b big code em font i nobr s small strike strong tt u".split())


def _pairs(at: int) -> NDArray[np.bool_]:
    """A table of the pairs of bytes that can stand at this place of a formatting tag's name or behind it."""
    table = np.zeros((256, 256), np.bool_)
    for name in FORMATTING:
        letters = [[byte, byte ^ 32] for byte in name] + [list(b"\t\n\f\r />"), list(range(256))]
        table[np.ix_(letters[at], letters[at + 1])] = True
    return table


FIRST_PAIRS, SECOND_PAIRS = _pairs(0), _pairs(1)
FIRST_LETTERS = FIRST_PAIRS.any(axis=1)
LETTERS = np.array([byte if bytes([byte]).isalnum() else 0 for byte in range(256)], np.uint8)


def guard(html: bytes) -> tuple[bytes, PageFault | None]:
    """The page as it is, or cut, and why it was.

    From where a limit is passed on only the text is left, with breaks for paragraphs; what follows `MAX_TAGS` is
    left out.
    """
    page = np.frombuffer(html, np.uint8)
    tags = np.flatnonzero(page == ord("<"))
    is_long = tags.size > MAX_TAGS
    if is_long:
        html = html[: tags[MAX_TAGS]]
    ends = [_crowded_tag(html, tags)]
    if len(html) > LARGE_PAGE and _has_many_names(html):
        ends.append(_too_many_names(html))
    if tags.size > HARMLESS_DEPTH or (tags.size > HARMLESS_TAGS and _may_repeat(page, tags)):
        ends.append(_too_deep(html))
    found = [end for end in ends if end is not None]
    if found:
        end = min(found)
        html = html[:end] + MARKUP.sub(b" ", PARAGRAPH.sub(BREAKS, html[end:]))
        return html, PageFault.TOO_DEEP
    return html, PageFault.TOO_LARGE if is_long else None


def flatten(html: bytes) -> bytes:
    """Only the page of `guard`."""
    return guard(html)[0]


def _may_repeat(page: NDArray[np.uint8], tags: NDArray[np.intp]) -> bool:
    """Whether so many formatting tags are not closed by the very next tag that, were none of them closed at all, the
    limit of repeats would be passed."""
    tags = tags[: -4 if tags[-1] + 4 >= page.size else None]
    which = np.flatnonzero(FIRST_LETTERS.take(page.take(tags[:-1] + 1)))
    first = tags[which] + 1
    is_pair = FIRST_PAIRS[page.take(first), page.take(first + 1)]
    which, first = which[is_pair], first[is_pair]
    is_name = SECOND_PAIRS[page.take(first + 1), page.take(first + 2)]
    which, first = which[is_name], first[is_name]
    after = tags[which + 1] + 1
    is_closed = (page.take(after) == ord("/")) & (page.take(after + 1) == page.take(first))
    is_closed &= LETTERS.take(page.take(after + 2)) == LETTERS.take(page.take(first + 1))
    return bool((len(is_closed) - np.count_nonzero(is_closed)) * tags.size > 2 * MAX_REPEATS)


def _too_deep(html: bytes) -> int | None:
    """Where the page passes one of the limits that depend on which tags are open, if it does."""
    depth = steps = left_open = repeats = options = 0
    is_foreign = False
    open_tags: Counter[bytes] = Counter()
    for tag in TAG.finditer(html):
        closing, name, rest = tag.groups()
        name = name.lower()
        steps += depth
        repeats += left_open
        if is_foreign:
            is_foreign = name not in ENDS_FOREIGN
            if is_foreign and rest.endswith(b"/"):
                continue
        elif name in FLAT_IN_HTML:
            continue
        if name in FLAT:
            continue
        if not closing:
            open_tags[name] += 1
            depth += 1
            options += name == b"option"
            is_foreign |= name in FOREIGN
            # Of formatting tags that are all alike no more than three are opened again.
            left_open += name in FORMATTING and not (rest == b"" and open_tags[name] > 3)
        elif open_tags[name]:
            open_tags[name] -= 1
            depth -= 1
            is_foreign &= name not in FOREIGN
            left_open -= left_open > 0 and name in FORMATTING
        is_deep = depth > MAX_DEPTH or steps > MAX_STEPS
        if is_deep or repeats > MAX_REPEATS or options > MAX_OPTIONS or len(open_tags) > MAX_NAMES:
            return tag.start()
    return None


def _crowded_tag(html: bytes, tags: NDArray[np.intp]) -> int | None:
    """Where a tag with more than `MAX_ATTRIBUTES` begins, if one does."""
    starts: list[int] = tags[:-1][np.diff(tags) > LONG_TAG].tolist() + tags[-1:].tolist()
    end = 0
    for start in starts:
        tag = WHOLE_TAG.match(html, start) if start >= end else None
        if tag is None or len(tag.group()) < LONG_TAG:
            continue
        end = tag.end()
        names = ATTRIBUTE.findall(html, start, end)
        if len(names) > MAX_ATTRIBUTES and len(set(names)) > MAX_ATTRIBUTES and not _is_in_script(html, start):
            return start
    return None


def _is_in_script(html: bytes, at: int) -> bool:
    """Whether a `<` stands in code (`i<n`), where it opens no tag."""
    return any(html.rfind(b"<" + name, 0, at) > html.rfind(b"</" + name, 0, at) for name in (b"script", b"style"))


def _has_many_names(html: bytes) -> bool:
    step = len(html) // SLICES
    sample = b"<".join(html[at : at + SLICE_BYTES] for at in range(0, len(html), step))
    return len({name for tag in OPENING.findall(sample) for name in ATTRIBUTE.findall(tag)}) > SAMPLE_NAMES


def _too_many_names(html: bytes) -> int | None:
    names: set[bytes] = set()
    for tag in OPENING.finditer(html):
        names.update(ATTRIBUTE.findall(tag.group(1)))
        if len(names) > MAX_NAMES:
            return tag.start()
    return None
