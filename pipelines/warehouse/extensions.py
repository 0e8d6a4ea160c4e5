"""DuckDB's extensions, which come with the packages: nothing is downloaded at run time."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

import duckdb

from pipelines.errors import WarehouseError

STEMMER = "fts"
"""Of which search takes the stemmer."""
LAKE = ("postgres_scanner", "ducklake", "httpfs")
"""What a shared warehouse is opened with: its catalog, its tables, and their files in S3."""


def extension(name: str) -> Path:
    """An extension's file. Raises `WarehouseError` when the packages hold none for this DuckDB."""
    spec = find_spec(f"duckdb_extension_{name}")
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    path = folder / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
    if not spec or not path.exists():
        raise WarehouseError(
            f"DuckDB {duckdb.__version__} has no extension {name} beside it. Install the locked packages: "
            "`pip install -r requirements.lock`."
        )
    return path


def link_extensions(folder: Path, names: Iterable[str]) -> None:
    """Lay extensions into a folder as DuckDB wants an `extension_directory`, so that `load NAME` finds them there."""
    with duckdb.connect() as connection:
        (platform,) = connection.execute("pragma platform").fetchone() or ("",)
    for name in names:
        path = extension(name)
        link = folder / f"v{duckdb.__version__}" / platform / path.name
        if not link.is_symlink() or link.readlink() != path:
            link.parent.mkdir(parents=True, exist_ok=True)
            link.unlink(missing_ok=True)
            link.symlink_to(path)
