"""Annotations → raw tables → published snapshot. The only code that opens DuckDB."""

from pipelines.warehouse.asked import Asking
from pipelines.warehouse.connection import remove_what_was_set_aside, set_aside, writing
from pipelines.warehouse.dbt_project import PROJECT, give_what_is_parsed, keep_what_is_parsed, newest_file_of_project
from pipelines.warehouse.derivation import ALL, ARTICLES_AT_ONCE, count_waiting, plan_derivation, read_tests
from pipelines.warehouse.drift import check_claims_per_article, check_missing_fields, check_silent_sources
from pipelines.warehouse.erasing import ArticleHead, compact, remove_leftovers, remove_logs, staged_heads
from pipelines.warehouse.explanation import ROW_IDS, Holdings, Row, Target, read_holdings
from pipelines.warehouse.export import Exported, export
from pipelines.warehouse.exported import ExportManifest, Format
from pipelines.warehouse.findings import Findings
from pipelines.warehouse.inspection import last_load, raw_differences, unreadable_tables
from pipelines.warehouse.integrity import check_every_date, check_raw_tables, check_snapshot_age
from pipelines.warehouse.lake import read_pointer, tidy
from pipelines.warehouse.load import load_dates, read_loads
from pipelines.warehouse.models import DBT, build_models, dbt_environment, dbt_flags, run_dbt, write_profile
from pipelines.warehouse.moving import Moved, migrate
from pipelines.warehouse.publish import publish
from pipelines.warehouse.query import LIMITS, Limits, Result, open_published, query
from pipelines.warehouse.reader import Reader, Record
from pipelines.warehouse.snapshots import (
    Manifest,
    Snapshot,
    published_file,
    read_manifest,
    read_snapshots,
    rollback,
    what_is_wrong,
)
from pipelines.warehouse.staging import AnnotationStore, ArticleStore, Provenance, read_provenance, staged_tables

__all__ = [
    "ALL",
    "ARTICLES_AT_ONCE",
    "DBT",
    "LIMITS",
    "PROJECT",
    "ROW_IDS",
    "AnnotationStore",
    "ArticleHead",
    "ArticleStore",
    "Asking",
    "ExportManifest",
    "Exported",
    "Findings",
    "Format",
    "Holdings",
    "Limits",
    "Manifest",
    "Moved",
    "Provenance",
    "Reader",
    "Record",
    "Result",
    "Row",
    "Snapshot",
    "Target",
    "build_models",
    "check_claims_per_article",
    "check_every_date",
    "check_missing_fields",
    "check_raw_tables",
    "check_silent_sources",
    "check_snapshot_age",
    "compact",
    "count_waiting",
    "dbt_environment",
    "dbt_flags",
    "export",
    "give_what_is_parsed",
    "keep_what_is_parsed",
    "last_load",
    "load_dates",
    "migrate",
    "newest_file_of_project",
    "open_published",
    "plan_derivation",
    "publish",
    "published_file",
    "query",
    "raw_differences",
    "read_holdings",
    "read_loads",
    "read_manifest",
    "read_pointer",
    "read_provenance",
    "read_snapshots",
    "read_tests",
    "remove_leftovers",
    "remove_logs",
    "remove_what_was_set_aside",
    "rollback",
    "run_dbt",
    "set_aside",
    "staged_heads",
    "staged_tables",
    "tidy",
    "unreadable_tables",
    "what_is_wrong",
    "write_profile",
    "writing",
]
