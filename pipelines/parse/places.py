"""Where on the page a marked element stands: by the headline, or in readers' comments, teasers, side columns."""

from __future__ import annotations

import re

from pipelines.parse.layout import Box, Layout, Marked
from pipelines.parse.titles import fold

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


class Places:
    """The layout of one page around its headline: the heading that says `title`, else the first `<h1>`.

    `marked` are the elements that may be the article's own bylines and dates.
    """

    def __init__(self, layout: Layout, title: str | None) -> None:
        self.layout = layout
        self.start = _headline(layout, title)
        heading = layout.blocks[self.start].box if self.start is not None else layout.root
        # Boxes that hold the headline hold the page, whatever they are called ("sidebar-layout").
        self.headed = frozenset(heading.around(len(layout.boxes)))
        self.known: dict[Box, bool] = dict.fromkeys(self.headed, False)
        self.marked = [mark for mark in layout.marked if not self._is_elsewhere(mark)]

    def is_near(self, mark: Marked) -> bool:
        """Whether the element stands by the headline; all do if there is none."""
        return self.start is None or -BEFORE <= mark.at - self.start <= BEHIND

    def _is_elsewhere(self, mark: Marked) -> bool:
        """Whether the element belongs to a comment, a picture, another article."""
        names = f"{mark.attributes.get('class', '')} {mark.attributes.get('id', '')}".lower()
        if self.start is not None and 0 <= mark.at - self.start <= CLOSE:  # a header may be called a teaser
            return READERS.search(names) is not None or any(
                box.verdict is not None and READERS.search(box.verdict) is not None
                for box in mark.box.around(LEVELS)
                if box not in self.headed
            )
        return self.is_apart(mark.box) or OTHERS_NAMES.search(names) is not None

    def shows(self, name: str) -> bool:
        """Whether the last word of a name stands in the page's text, labels and bylines included."""
        words = name.split()
        forms = (words[-1], words[-1].upper())
        if any(form in block.text for form in forms for block in self.layout.blocks):
            return True
        tokens = self.layout.marked[0].tokens if self.layout.marked else []
        return any(form in token for form in forms for token in tokens[::2])

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
        path = []
        around: Box | None = box
        while around is not None and around not in self.known:
            path.append(around)
            around = around.parent
        apart = self.known[around] if around is not None else False
        for inner in reversed(path):
            apart = apart or (inner.verdict is not None and ELSEWHERE.search(inner.verdict) is not None)
            self.known[inner] = apart
        return apart


def _headline(layout: Layout, title: str | None) -> int | None:
    first = None
    folded, chars = fold(title or ""), len(title or "")
    for index, block in enumerate(layout.blocks):
        if block.is_heading:
            if folded and abs(len(block.text) - chars) <= SPELLING_CHARS and fold(block.text) == folded:
                return index
            if first is None and block.box.tag == "h1":
                first = index
    return first
