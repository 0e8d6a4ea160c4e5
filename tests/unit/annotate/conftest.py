"""The project's own lexicon, read once for all tests of the annotator."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.annotate import Lexicon, annotate, load_lexicon
from tests.unit.annotate.articles import Annotate, Read, make_article

SEEDS = Path(__file__).resolve().parents[3] / "dbt" / "seeds"


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return load_lexicon(SEEDS)


@pytest.fixture(scope="session")
def annotated(lexicon: Lexicon) -> Annotate:
    return lambda article: annotate(article, lexicon)


@pytest.fixture(scope="session")
def read(lexicon: Lexicon) -> Read:
    return lambda *blocks, **facts: annotate(make_article(*blocks, **facts), lexicon)
