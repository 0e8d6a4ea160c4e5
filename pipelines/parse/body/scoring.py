"""Where on the page the article stands: the box that holds most of its prose and least of anything else."""

from __future__ import annotations

from collections import Counter

from pipelines.parse.body.blocks import MIN_PROSE
from pipelines.parse.body.layout import Box, Layout
from pipelines.parse.body.signals import READERS

PARDON = 0.5
"""A box that holds this share of the page's prose is no boilerplate, whatever it is called:
`<div class="has-sidebar">`."""

PAYWALLS, PAYWALL_PROSE = frozenset(("class-paywall", "class-piano")), 400
"""What is called a paywall is often what stands before it: with so many characters of prose it is text."""

FORGIVE = 0.2
"""If less than this share of the prose is left, the page's class names are not believed."""

WITH_HEADING = 1.3
"""A marked box around the page's only `<h1>` is preferred by this much."""

MARKED_SHARE = 0.35
"""A marked body (`<article>`, class "article-body") is believed if it holds this share of the page's prose."""

SISTER_SHARE = 0.3
"""Other marked bodies belong to the text if they hold this share of its prose."""

DESCEND = 0.9
"""From a marked box down to the child with this share of its prose."""

DESCEND_TAGS = frozenset(
    ("div", "section", "article", "main", "table", "tbody", "tr", "td", "form", "center", "header")
)

DESCEND_UNMARKED = 0.8

MAX_PARTS, MAX_ARTICLES = 100, 500
"""Bodies of one text, and `<article>`s of one page, that are compared with each other; hostile pages have more."""

ARTICLE_LIST, ROW_LENGTH = "tag-articles", 3
"""The rule that calls a row of so many articles a list of other articles."""

MAX_AROUND = 100
"""Boxes looked at around a block."""


def find_body(layout: Layout, is_live_blog: bool = False) -> Box:
    """The smallest box that holds the article. The page itself if nothing says otherwise.

    The articles in a live blog are its posts.
    """
    _weigh(layout, is_live_blog)
    root = layout.root
    if not root.prose:
        return _most_text(layout)
    titles = [block.box for block in layout.blocks if block.box.tag == "h1"]
    title = titles[0] if len(titles) == 1 else None
    best, best_score = root, 0.0
    for box in layout.boxes:
        if box.prose < MARKED_SHARE * root.prose:
            continue
        weight = _marked(box)
        if title is not None and title.is_in(box):
            weight *= WITH_HEADING
        if weight and box.prose * weight >= best_score:
            best, best_score = box, box.prose * weight
    if best.is_body:
        best = _with_sisters(layout, best, titles)
    return _descend(layout, best, DESCEND if best_score else DESCEND_UNMARKED)


def _with_sisters(layout: Layout, body: Box, titles: list[Box]) -> Box:
    """The box around all parts of a text that is laid out in several marked bodies under one headline."""
    others = [box for box in layout.boxes if box.is_body and box.prose and not box.is_in(body) and not body.is_in(box)]
    if len(others) > MAX_PARTS or sum(box.prose for box in others) < SISTER_SHARE * body.prose:
        return body
    around = body
    while around.parent is not None and not all(
        box.is_in(around) for box in others if box.prose > SISTER_SHARE / 2 * body.prose
    ):
        around = around.parent
    return around if sum(title.is_in(around) for title in titles) <= 1 else body


def _marked(box: Box) -> float:
    if box.is_body and box.tag in DESCEND_TAGS:
        return 1.15
    if box.tag == "article":
        return 1.08
    if box.is_main:
        return 1.0
    return 0.0


def _weigh(layout: Layout, is_live_blog: bool) -> None:
    """Sum prose up the tree; pardon boxes that were called boilerplate and hold most of it."""
    for block in layout.blocks:
        if block.is_prose:
            block.box.prose_with_noise += len(block.text) - block.link_chars
    own = [(box, box.prose_with_noise) for box in layout.boxes if box.prose_with_noise]
    for box in reversed(layout.boxes):  # children before parents
        if box.prose_with_noise and box.parent is not None:
            box.parent.prose_with_noise += box.prose_with_noise
    if not is_live_blog:
        _judge_lists(layout)
    comments = _outer_comments(layout)
    _pardon(layout, comments)
    _add_prose(layout, own)
    if layout.root.prose < FORGIVE * layout.root.prose_with_noise and _forgive(layout, comments):
        _add_prose(layout, own)


def _judge_lists(layout: Layout) -> None:
    """Call a row of `<article>`s boilerplate where another `<article>` stands outside of it."""
    articles = [box for box in layout.boxes if box.tag == "article" and box.prose_with_noise]
    if len(articles) > MAX_ARTICLES:
        return
    for row, count in Counter(box.parent for box in articles).items():
        if count < ROW_LENGTH or row is None or row.verdict:
            continue
        if any(a.prose_with_noise >= MIN_PROSE and not a.is_in(row) and not row.is_in(a) for a in articles):
            row.verdict = ARTICLE_LIST
            layout.judged.append(row)
            _hand_on(layout)


def _add_prose(layout: Layout, own: list[tuple[Box, int]]) -> None:
    """Sum the prose that is no boilerplate up the tree."""
    weighed = [box for box in layout.boxes if box.prose_with_noise]
    for box in weighed:
        box.prose = 0
    for box, weight in own:
        if box.noise is None:
            box.prose = weight
    for box in reversed(weighed):
        if box.prose and box.parent is not None:
            box.parent.prose += box.prose


def _forgive(layout: Layout, comments: int) -> bool:
    """Where nearly all prose was called boilerplate the names mislead: only tags and comments count then."""
    root = layout.root
    if root.prose >= FORGIVE * (root.prose_with_noise - comments) and root.prose:
        return False
    for box in layout.judged:
        if box.verdict and box.verdict.startswith("class-") and not READERS.search(box.verdict):
            box.verdict = None
    _hand_on(layout)
    return True


def _pardon(layout: Layout, comments: int) -> None:
    """Take back the verdict on boxes that hold most of the prose that is not readers' comments."""
    total = layout.root.prose_with_noise - comments
    if no_article := total < MIN_PROSE:
        total = layout.root.prose_with_noise
    pardoned = [
        box
        for box in layout.judged
        if box.verdict
        and box.prose_with_noise > (PAYWALL_PROSE if box.verdict in PAYWALLS else PARDON * total)
        and box.verdict != ARTICLE_LIST
        and (no_article or not READERS.search(box.verdict))
    ]
    for box in pardoned:
        box.verdict = None
    if pardoned:
        _hand_on(layout)


def _hand_on(layout: Layout) -> None:
    for box in layout.boxes:  # parents before children
        box.noise = (box.parent.noise if box.parent is not None else None) or box.verdict


def _outer_comments(layout: Layout) -> int:
    """Characters of prose in readers' comments."""
    chars = end = 0
    for box in layout.judged:
        if box.verdict and box.order >= end and READERS.search(box.verdict):
            chars += box.prose_with_noise
            end = box.end
    return chars


def _descend(layout: Layout, box: Box, share: float) -> Box:
    """Down from `box` as long as one child holds nearly all of the prose."""
    children: dict[Box, list[Box]] = {}
    for child in layout.boxes[box.order + 1 : box.end]:
        if child.prose and child.parent is not None:
            children.setdefault(child.parent, []).append(child)
    while inner := children.get(box):
        best = max(inner, key=lambda child: child.prose)
        if best.prose < share * box.prose or best.tag not in DESCEND_TAGS:
            break
        box = best
    return box


def _most_text(layout: Layout) -> Box:
    """For a page without prose: the marked box with the most text that is not links."""
    chars: dict[Box, list[int]] = {box: [0, 0] for box in layout.boxes if box.noise is None and _marked(box)}
    for block in layout.blocks:
        for box in block.box.around(MAX_AROUND):
            if (sums := chars.get(box)) is not None:
                sums[0] += len(block.text)
                sums[1] += block.link_chars
    marked = {box: total - linked for box, (total, linked) in chars.items() if total > 2 * linked}
    return max(marked, key=lambda box: marked[box], default=layout.root)
