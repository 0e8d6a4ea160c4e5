"""DuckDB's extension fts, of which search takes the stemmer. It comes with the packages, so nothing is downloaded."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import duckdb

from pipelines.errors import WarehouseError

PACKAGE = "duckdb_extension_fts"
FILE = "fts.duckdb_extension"


def stemmer() -> Path:
    """The extension's file. Raises `WarehouseError` when the packages hold none for this DuckDB."""
    spec = find_spec(PACKAGE)
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    path = folder / "extensions" / f"v{duckdb.__version__}" / FILE
    if not spec or not path.exists():
        raise WarehouseError(
            f"DuckDB {duckdb.__version__} has no extension fts beside it, which search needs. Install the locked "
            "packages: `pip install -r requirements.lock`."
        )
    return path


def link_stemmer(folder: Path) -> Path:
    """Lay the extension into a folder as DuckDB wants an `extension_directory`, so that `load fts` finds it there."""
    with duckdb.connect() as connection:
        (platform,) = connection.execute("pragma platform").fetchone() or ("",)
    link, path = folder / f"v{duckdb.__version__}" / platform / FILE, stemmer()
    if not link.is_symlink() or link.readlink() != path:
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(path)
    return folder
