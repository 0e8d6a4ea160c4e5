"""Where on the page the article stands: the box that holds most of its prose and least of anything else."""

from __future__ import annotations

from pipelines.parse.blocks import Box, Layout, is_prose
from pipelines.parse.signals import READERS

PARDON = 0.5
"""A box that holds this share of the page's prose is no boilerplate, whatever it is called:
`<div class="has-sidebar">`."""

MIN_PROSE = 200
"""Characters of prose beside the comments that make an article."""

FORGIVE = 0.2
"""If less than this share of the prose is left, the page's class names are not believed."""

WITH_HEADING = 1.3
"""A marked box around the page's only `<h1>` is preferred by this much."""

MARKED_SHARE = 0.35
"""A marked body (`<article>`, class "article-body") is believed if it holds this share of the page's prose."""

DESCEND = 0.9
"""From a marked box down to the child with this share of its prose."""

DESCEND_UNMARKED = 0.75


def find_body(layout: Layout) -> Box:
    """The smallest box that holds the article. The page itself if nothing says otherwise."""
    _weigh(layout)
    root = layout.root
    if not root.prose:
        return _most_text(layout)
    titles = [block.box for block in layout.blocks if block.box.tag == "h1"]
    title = titles[0] if len(titles) == 1 else None
    best, best_score = root, 0.0
    for box in layout.boxes:
        weight = _marked(box)
        if weight and title is not None and title.is_in(box):
            weight *= WITH_HEADING
        if weight and box.prose >= MARKED_SHARE * root.prose and box.prose * weight >= best_score:
            best, best_score = box, box.prose * weight
    return _descend(layout, best, DESCEND if best_score else DESCEND_UNMARKED)


def _marked(box: Box) -> float:
    if box.is_body:
        return 1.15
    if box.tag == "article":
        return 1.08
    if box.is_main:
        return 1.0
    return 0.0


def _weigh(layout: Layout) -> None:
    """Sum sizes up the tree; pardon boxes that were called boilerplate and hold most of the prose."""
    prose: list[tuple[Box, int]] = []
    for block in layout.blocks:
        box = block.box
        box.chars += len(block.text)
        box.link_chars += block.link_chars
        if is_prose(block):
            weight = len(block.text) - block.link_chars
            box.prose_with_noise += weight
            prose.append((box, weight))
    for box in reversed(layout.boxes):  # children before parents
        if (parent := box.parent) is not None and box.chars:
            parent.chars += box.chars
            parent.link_chars += box.link_chars
            parent.prose_with_noise += box.prose_with_noise
    _pardon(layout)
    _add_prose(layout, prose)
    if layout.root.prose < FORGIVE * layout.root.prose_with_noise:
        _forgive(layout)
        _add_prose(layout, prose)


def _add_prose(layout: Layout, prose: list[tuple[Box, int]]) -> None:
    for box in layout.boxes:
        box.prose = 0
    for box, weight in prose:
        if box.noise is None:
            box.prose += weight
    for box in reversed(layout.boxes):
        if box.parent is not None:
            box.parent.prose += box.prose


def _forgive(layout: Layout) -> None:
    """Where nearly all prose was called boilerplate the names mislead: only tags and comments count then."""
    total = layout.root.prose_with_noise
    comments = sum(b.prose_with_noise for b in _outer_comments(layout))
    if layout.root.prose >= FORGIVE * (total - comments) and layout.root.prose:
        return
    for box in layout.boxes:
        if box.verdict and box.verdict.startswith("class-") and not READERS.search(box.verdict):
            box.verdict = None
        box.noise = (box.parent.noise if box.parent is not None else None) or box.verdict


def _pardon(layout: Layout) -> None:
    """Take back the verdict on boxes that hold most of the prose that is not readers' comments; hand on the others."""
    root = layout.root
    total = root.prose_with_noise - sum(box.prose_with_noise for box in _outer_comments(layout))
    if no_article := total < MIN_PROSE:
        total = root.prose_with_noise
    for box in layout.boxes:  # parents before children
        if box.verdict and box.prose_with_noise > PARDON * total and (no_article or not READERS.search(box.verdict)):
            box.verdict = None
        box.noise = (box.parent.noise if box.parent is not None else None) or box.verdict


def _outer_comments(layout: Layout) -> list[Box]:
    """The boxes of readers' comments that stand in no other."""
    outer: list[Box] = []
    end = 0
    for box in layout.boxes:
        if box.verdict and box.order >= end and READERS.search(box.verdict):
            outer.append(box)
            end = box.end
    return outer


def _descend(layout: Layout, box: Box, share: float) -> Box:
    """Down from `box` as long as one child holds nearly all of the prose."""
    children: dict[Box, list[Box]] = {}
    for child in layout.boxes:
        if child.parent is not None and child.prose:
            children.setdefault(child.parent, []).append(child)
    while inner := children.get(box):
        best = max(inner, key=lambda child: child.prose)
        if best.prose < share * box.prose or best.tag in ("p", "li", "blockquote", "h2"):
            break
        box = best
    return box


def _most_text(layout: Layout) -> Box:
    """For a page without prose: the marked box with the most text that is not links."""
    marked = [box for box in layout.boxes if _marked(box) and box.noise is None and box.chars > 2 * box.link_chars]
    return max(marked, key=lambda box: box.chars - box.link_chars, default=layout.root)
