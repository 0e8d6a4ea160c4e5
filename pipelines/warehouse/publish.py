"""The published snapshot: a checked copy behind a link, swapped in whole. Readers keep the one they have open."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipelines.durable import replace_file
from pipelines.errors import WarehouseError
from pipelines.settings import VERSION, Settings
from pipelines.warehouse.connection import open_warehouse

MARTS = (
    "articles", "article_metadata", "companies", "company_mentions", "market_moves", "competitors",
    "competitor_claims", "sources", "source_attributions", "collection_log",
)  # fmt: skip
SCHEMA_VERSION = 1
"""Raised with every change that renames or removes a column of a mart."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was published: the file, when, rows per mart, versions, and the file's SHA-256."""

    file: str
    published_at: str
    rows: dict[str, int]
    schema_version: int
    code_version: str
    sha256: str
    bytes: int


def publish(settings: Settings) -> Manifest:
    """Copy the warehouse and make the copy the published file.

    The copy is opened and its marts counted before the link moves, so a torn copy is never published. Raises
    `WarehouseError` naming a mart that is missing.
    """
    link = settings.home.published
    link.parent.mkdir(parents=True, exist_ok=True)
    moment = datetime.now(UTC)
    target = link.with_name(f"claimhouse-{moment:%Y%m%dT%H%M%S%fZ}.duckdb")
    with open_warehouse(settings) as connection:
        connection.execute("checkpoint")
        replace_file(target, lambda part: shutil.copyfile(settings.home.warehouse, part))
    try:
        rows = count_rows(target)
    except WarehouseError:
        target.unlink()
        raise
    manifest = Manifest(
        target.name, moment.isoformat(), rows, SCHEMA_VERSION, VERSION, _sha256(target), target.stat().st_size
    )
    text = json.dumps(asdict(manifest), indent=1) + "\n"
    replace_file(target.with_suffix(".json"), lambda part: part.write_text(text))
    _swap(link, target.name)
    _prune(link, settings.file.warehouse.keep_snapshots)
    return manifest


def count_rows(path: Path) -> dict[str, int]:
    """Rows of every mart in a warehouse file, read-only."""
    connection = duckdb.connect(str(path), read_only=True)
    try:
        rows = {}
        for mart in MARTS:
            try:
                found = connection.execute(f'select count(*) from main."{mart}"').fetchone()
            except duckdb.CatalogException as error:
                raise WarehouseError(f"{path}: the mart {mart} is missing; run the dbt models first.") from error
            rows[mart] = int(found[0]) if found else 0
        return rows
    finally:
        connection.close()


def read_manifest(settings: Settings) -> Manifest | None:
    """The manifest of what is published now, or None."""
    link = settings.home.published
    if not link.exists():
        return None
    return Manifest(**json.loads(link.resolve().with_suffix(".json").read_text()))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _swap(link: Path, target: str) -> None:
    """Point the link at `target`; a reader sees the old file or the new one."""
    new = link.with_name(link.name + ".new")
    new.unlink(missing_ok=True)
    new.symlink_to(target)
    new.replace(link)
    folder = os.open(link.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _prune(link: Path, keep: int) -> None:
    """Remove all but the newest `keep` snapshots. A reader that has an old one open keeps it until it closes."""
    for old in sorted(link.parent.glob("claimhouse-*.duckdb"))[:-keep]:
        old.with_suffix(".json").unlink(missing_ok=True)
        old.unlink()
