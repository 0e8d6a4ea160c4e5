"""Articles made from paragraphs, and the types of the fixtures the annotator's tests share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pipelines.parse.text.wording import label_regions
from pipelines.records import Annotations, Article, Paragraph, Region

Block = str | tuple[Region, str]
Read = Callable[..., Annotations]
"""`read(*paragraphs, language="de", title=None, published=None)`: the annotations of an article of these paragraphs."""
Annotate = Callable[[Article], Annotations]
"""`annotate` with the project's lexicon."""


def make_article(
    *blocks: Block, language: str | None = "de", title: str | None = None, published: datetime | None = None
) -> Article:
    """An article of these paragraphs, joined and labelled as the parser does it; a bare string is a body paragraph."""
    pairs = [(Region.BODY, block) if isinstance(block, str) else block for block in blocks]
    paragraphs: list[Paragraph] = []
    at = 0
    for region, content in pairs:
        paragraphs.append(Paragraph(at, at + len(content), region, "test"))
        at += len(content) + 2
    text = "\n\n".join(content for _, content in pairs)
    return Article(None, title, text, label_regions(text, paragraphs), published=published, language=language)
