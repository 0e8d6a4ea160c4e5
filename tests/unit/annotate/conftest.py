"""What the annotator's tests share: the real lexicon, read once, and articles made from paragraphs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from pipelines.annotate import Lexicon, annotate, load_lexicon
from pipelines.annotate.matching import Hit
from pipelines.annotate.mentions import Name, by_legal_form, of_register
from pipelines.records import Annotations, Article, Paragraph, Region

SEEDS = Path(__file__).resolve().parents[3] / "dbt" / "seeds"

Block = str | tuple[Region, str]
MakeArticle = Callable[..., Article]
Read = Callable[..., Annotations]
FindHits = Callable[..., list[Hit]]
FindNames = Callable[..., list[Name]]


@pytest.fixture(scope="session")
def seeds() -> Path:
    return SEEDS


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return load_lexicon(SEEDS)


def make_article(
    *blocks: Block, language: str | None = "de", title: str | None = None, published: datetime | None = None
) -> Article:
    """An article of these paragraphs, joined as the parser joins them; a bare string is a body paragraph."""
    pairs = [(Region.BODY, block) if isinstance(block, str) else block for block in blocks]
    paragraphs: list[Paragraph] = []
    at = 0
    for region, content in pairs:
        paragraphs.append(Paragraph(at, at + len(content), region, "test"))
        at += len(content) + 2
    text = "\n\n".join(content for _, content in pairs)
    return Article(None, title, text, tuple(paragraphs), published=published, language=language)


@pytest.fixture(scope="session")
def article() -> MakeArticle:
    return make_article


@pytest.fixture(scope="session")
def read(lexicon: Lexicon) -> Read:
    """`read(*paragraphs, language=…)`: the annotations of an article of these paragraphs."""
    return lambda *blocks, **facts: annotate(make_article(*blocks, **facts), lexicon)


@pytest.fixture(scope="session")
def hits(lexicon: Lexicon) -> FindHits:
    """`hits(sentence, language)`: every hit of every lexicon."""
    return lambda sentence, language="de": lexicon.matchers[language].find(sentence)


@pytest.fixture(scope="session")
def names(lexicon: Lexicon, hits: FindHits) -> FindNames:
    """`names(sentence, language)`: companies of the register and by legal form, without regard to overlap."""

    def find(sentence: str, language: str = "de") -> list[Name]:
        formal = [name for name, _ in by_legal_form(sentence, lexicon)]
        return formal + list(of_register(sentence, hits(sentence, language), language, lexicon))

    return find
