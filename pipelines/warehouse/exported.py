"""What lies in a folder of exported files: its manifest, which the next export reads to write only what has changed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from pipelines.durable import replace_file
from pipelines.errors import UsageError

MANIFEST = "manifest.json"


class Format(StrEnum):
    """What is written; the value is the ending of the files."""

    PARQUET = "parquet"
    CSV = "csv"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True)
class Part:
    """A file: rows of a table of one month (YYYY-MM), or of a table that has no months.

    `content` is a digest of its rows, in no order; `sha256` one of the file's bytes.
    """

    path: str
    table: str
    month: str | None
    rows: int
    content: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ExportManifest:
    """All files of an export, and with what columns and by which DuckDB they were written."""

    snapshot: str
    format: Format
    compressed: bool
    schema_version: int
    duckdb_version: str
    columns: dict[str, dict[str, str]]
    files: tuple[Part, ...]

    def is_like(self, other: ExportManifest) -> bool:
        """Whether files of both may lie in one folder, and those of one stand for those of the other."""
        return (self.format, self.compressed, self.schema_version, self.duckdb_version) == (
            other.format, other.compressed, other.schema_version, other.duckdb_version,
        )  # fmt: skip


def read_export(folder: Path) -> ExportManifest | None:
    """The manifest of a folder; None for an empty or missing folder. Raises `UsageError` where something else lies."""
    path = folder / MANIFEST
    if not path.exists():
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError(f"{folder}: is not empty and holds no export. Give an empty or a new folder.")
        return None
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        files = tuple(Part(**part) for part in data.pop("files"))
        if outside := [part.path for part in files if Path(part.path).is_absolute() or ".." in Path(part.path).parts]:
            raise ValueError(f"{outside[0]} lies outside of the folder")
        return ExportManifest(**{**data, "format": Format(data["format"])}, files=files)
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: is no manifest of an export ({error}). Give an empty or a new folder.") from error


def write_manifest(folder: Path, manifest: ExportManifest) -> None:
    text = json.dumps(asdict(manifest), indent=1, ensure_ascii=False) + "\n"
    replace_file(folder / MANIFEST, lambda part: part.write_text(text, encoding="utf-8"))
