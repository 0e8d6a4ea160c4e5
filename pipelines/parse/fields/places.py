"""Where on the page a marked element stands: by the headline, or in readers' comments, teasers, side columns."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from pipelines.parse.body.layout import Box, Layout, Marked
from pipelines.parse.body.markup import MAX_SIGNAL_CHARS
from pipelines.parse.body.signals import BYLINE, DATED, HEADINGS
from pipelines.parse.text.characters import fold

ELSEWHERE = re.compile(
    r"comment|kommentar|respond|forum|disqus|side-?bar|relat|recommend|empfehl|teaser|popular|trending|latest|recent|"
    r"most|meist|weitere|similar|caption|tag-(?:aside|figure|figcaption)|role-complementary|also|next|prev|more|mehr|"
    r"further|verwandt|rating"
)
OTHERS_NAMES = re.compile(r"(?<!has-)(?<!no-)(?:comment|kommentar|teaser|related|sidebar|review)")
READERS = re.compile(r"comment|kommentar|respond|disqus")
LEVELS = 9
BEFORE, BEHIND = 6, 14
"""Blocks around the headline that are near it."""
SPELLING_CHARS = 8
"""Characters by which two spellings of one headline may differ: blanks, quotation marks."""
CLOSE = 3
"""Blocks behind the headline that belong to it whatever their names say."""

NUMBERED_ACCOUNT = re.compile(r"/auth?or/([^/?#]*\d\d)/?(?:[?#]|$)")
"""A login somebody chose for themselves, not one made from the name that is shown."""


class Names(NamedTuple):
    """What the class and id of a marked element say: readers' words, other articles, a date, a change, a byline."""

    is_readers: bool
    is_others: bool
    is_date: bool
    is_update: bool
    is_byline: bool


@functools.lru_cache(maxsize=1 << 12)  # a memo of a pure function: teasers and comments repeat their names
def read_names(names: str) -> Names:
    """Read lower-cased class and id names."""
    return Names(
        is_readers=READERS.search(names) is not None,
        is_others=OTHERS_NAMES.search(names) is not None,
        is_date=DATED.search(names) is not None,
        is_update="updated" in names.split(),
        is_byline=BYLINE.search(names) is not None,
    )


@functools.lru_cache(maxsize=1 << 10)  # a memo of a pure function: there are few rules
def _is_elsewhere(rule: str | None) -> bool:
    """Whether a rule that calls a box boilerplate means comments, pictures, other articles."""
    return rule is not None and ELSEWHERE.search(rule) is not None


class Places:
    """The layout of one page around its headline: the heading that says `title`, else the first `<h1>`.

    `marked` are the elements that may be the article's own bylines and dates, with what their names say.
    """

    def __init__(self, layout: Layout, title: str | None) -> None:
        self.layout = layout
        self.start = _headline(layout, title)
        heading = layout.blocks[self.start].box if self.start is not None else layout.root
        # Boxes that hold the headline hold the page, whatever they are called ("sidebar-layout").
        self.headed = frozenset(heading.around(len(layout.boxes)))
        self.known: dict[Box, bool] = dict.fromkeys(self.headed, False)
        self.marked: dict[Marked, Names] = {}
        for mark in layout.marked:
            attributes = mark.attributes
            classes, own = attributes.get("class", ""), attributes.get("id", "")
            names = read_names(f"{classes[:MAX_SIGNAL_CHARS]} {own[:MAX_SIGNAL_CHARS]}".lower())
            if not self._belongs_elsewhere(mark, names):
                self.marked[mark] = names

    def is_near(self, mark: Marked) -> bool:
        """Whether the element stands by the headline; all do if there is none."""
        return self.start is None or -BEFORE <= mark.at - self.start <= BEHIND

    def _belongs_elsewhere(self, mark: Marked, names: Names) -> bool:
        """Whether the element belongs to a comment, a picture, another article."""
        if self.start is not None and 0 <= mark.at - self.start <= CLOSE:  # a header may be called a teaser
            return names.is_readers or self._is_among_readers(mark.box)
        return names.is_others or self.is_apart(mark.box)

    def _is_among_readers(self, box: Box) -> bool:
        for around in box.around(LEVELS):
            if around in self.headed:  # and so are all around it
                return False
            if around.verdict is not None and READERS.search(around.verdict):
                return True
        return False

    def shows(self, name: str) -> bool:
        """Whether the last word of a name stands in the page's text, labels and bylines included."""
        word = name.split()[-1]
        return any(form in text for text in (self._text, self._all_text) for form in (word, word.upper()))

    @functools.cached_property
    def _text(self) -> str:
        return "\n".join([block.text for block in self.layout.blocks])

    @functools.cached_property
    def _all_text(self) -> str:
        """Also what is passed over as boilerplate."""
        return "\n".join(self.layout.marked[0].tokens[::2]) if self.layout.marked else ""

    def links_elsewhere(self, name: str) -> bool:
        """Whether a name leads to the account of someone else: `<a href="/author/press1127">Eddie</a>`."""
        folded = fold(name)
        links = [
            mark.attributes.get("href", "") for mark in self.layout.marked if mark.tag == "a" and mark.text == name
        ]
        accounts = [fold(found[1]) for link in links if (found := NUMBERED_ACCOUNT.search(link))]
        return bool(accounts) and not any(folded in account or account in folded for account in accounts)

    def is_apart(self, box: Box) -> bool:
        """Whether the box, or one around it, holds comments, pictures or other articles."""
        if box in self.known:
            return self.known[box]
        path = []
        around: Box | None = box
        while around is not None and around not in self.known:
            path.append(around)
            around = around.parent
        apart = self.known[around] if around is not None else False
        for inner in reversed(path):
            apart = apart or _is_elsewhere(inner.verdict)
            self.known[inner] = apart
        return apart


def _headline(layout: Layout, title: str | None) -> int | None:
    first = None
    folded, chars = fold(title or ""), len(title or "")
    for index, block in enumerate(layout.blocks):
        if block.box.tag in HEADINGS:
            if folded and abs(len(block.text) - chars) <= SPELLING_CHARS and fold(block.text) == folded:
                return index
            if first is None and block.box.tag == "h1":
                first = index
    return first
