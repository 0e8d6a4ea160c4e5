"""What the marts promise, as dbt's own description of them says it: columns, and where evidence stands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from pipelines.settings import ROOT

MARTS = (
    "articles", "article_metadata", "companies", "company_mentions", "market_moves", "competitors",
    "competitor_claims", "sources", "source_attributions", "collection_log",
)  # fmt: skip
SCHEMA_VERSION = 1
"""Raised with every change that renames or removes a column of a mart."""
DESCRIPTION = ROOT / "dbt" / "models" / "marts" / "_marts.yml"
EVIDENCE_TEST = "evidence_at_offset"


@dataclass(frozen=True, slots=True)
class Mart:
    """A published table: its columns with DuckDB's names of their types, and the column that quotes its article."""

    name: str
    columns: dict[str, str]
    evidence: str | None


@lru_cache(maxsize=1)
def read_contract() -> tuple[Mart, ...]:
    """Every mart, in the order of `MARTS`."""
    models = {model["name"]: model for model in yaml.safe_load(DESCRIPTION.read_text(encoding="utf-8"))["models"]}
    return tuple(_mart(models[name]) for name in MARTS)


def _mart(model: dict[str, Any]) -> Mart:
    columns = {column["name"]: column["data_type"] for column in model["columns"]}
    tests = [test[EVIDENCE_TEST] for test in model.get("data_tests", ()) if EVIDENCE_TEST in test]
    return Mart(model["name"], columns, tests[0]["arguments"]["evidence"] if tests else None)
