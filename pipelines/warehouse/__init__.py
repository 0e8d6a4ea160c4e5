"""Annotations → raw tables → published snapshot. The only code that opens DuckDB."""

from pipelines.warehouse.connection import remove_what_was_set_aside, set_aside, writing
from pipelines.warehouse.erasing import ArticleHead, compact, remove_leftovers, remove_logs, staged_heads
from pipelines.warehouse.explanation import ROW_IDS, Holdings, Row, Target, read_holdings
from pipelines.warehouse.load import load_dates, read_loads
from pipelines.warehouse.models import ALL, PROJECT, build_models, dbt_command, plan_derivation, write_profile
from pipelines.warehouse.publish import Manifest, publish, read_manifest
from pipelines.warehouse.query import Result, open_published, query
from pipelines.warehouse.staging import AnnotationStore, ArticleStore, Provenance

__all__ = [
    "ALL",
    "PROJECT",
    "ROW_IDS",
    "AnnotationStore",
    "ArticleHead",
    "ArticleStore",
    "Holdings",
    "Manifest",
    "Provenance",
    "Result",
    "Row",
    "Target",
    "build_models",
    "compact",
    "dbt_command",
    "load_dates",
    "open_published",
    "plan_derivation",
    "publish",
    "query",
    "read_holdings",
    "read_loads",
    "read_manifest",
    "remove_leftovers",
    "remove_logs",
    "remove_what_was_set_aside",
    "set_aside",
    "staged_heads",
    "write_profile",
    "writing",
]
