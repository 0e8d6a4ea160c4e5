"""What the published tables and views promise, as dbt's own description of them says it: columns, and where evidence
stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from pipelines.settings import ROOT

MARTS = (
    "articles", "article_metadata", "companies", "company_mentions", "market_moves", "competitors",
    "competitor_claims", "sources", "source_attributions", "collection_log", "article_versions", "stories",
    "story_articles", "moves", "move_claims",
)  # fmt: skip
VIEWS = (
    "company_timeline", "market_entries", "moves_by_week", "rival_graph", "share_of_voice", "source_scoreboard",
    "who_said_what",
)  # fmt: skip
SCHEMA_VERSION = 1
"""Raised with every change that renames or removes a column of a mart or a view."""
MODELS = ROOT / "dbt" / "models"
EVIDENCE_TEST = "evidence_at_offset"


@dataclass(frozen=True, slots=True)
class Mart:
    """A published table or view: its columns with DuckDB's names of their types, and which one quotes its article."""

    name: str
    columns: dict[str, str]
    evidence: str | None


@lru_cache(maxsize=1)
def read_contract() -> tuple[Mart, ...]:
    """Every mart, in the order of `MARTS`."""
    return _described("marts", MARTS)


@lru_cache(maxsize=1)
def read_views() -> tuple[Mart, ...]:
    """Every view on them, in the order of `VIEWS`."""
    return _described("views", VIEWS)


def _described(folder: str, names: Sequence[str]) -> tuple[Mart, ...]:
    text = (MODELS / folder / f"_{folder}.yml").read_text(encoding="utf-8")
    models = {model["name"]: model for model in yaml.safe_load(text)["models"]}
    return tuple(_mart(models[name]) for name in names)


def _mart(model: dict[str, Any]) -> Mart:
    columns = {column["name"]: column["data_type"] for column in model["columns"]}
    tests = [test[EVIDENCE_TEST] for test in model.get("data_tests", ()) if EVIDENCE_TEST in test]
    return Mart(model["name"], columns, tests[0]["arguments"]["evidence"] if tests else None)
