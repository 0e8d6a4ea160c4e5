"""All labelled corpora beside the checkout in one warehouse, imported once for every test that looks at it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared"
CORPORA = ("facts", "quotes", "seed")


@pytest.fixture(scope="session")
def import_corpora(
    tmp_path_factory: pytest.TempPathFactory, claimhouse: Callable[..., CompletedProcess[str]]
) -> Callable[[], Path]:
    """A function that imports the corpora into a new home and returns the home."""
    pages = [SHARED / "corpora" / name / "pages" for name in CORPORA]
    missing = [str(folder) for folder in pages if not folder.is_dir()]
    if missing:
        pytest.skip(f"{missing[0]} is missing: the corpora are not part of the project")

    def run() -> Path:
        home = tmp_path_factory.mktemp("corpora") / "home"
        imported = claimhouse("import", *pages, "--home", home)
        assert imported.returncode == 0, imported.stderr
        return home

    return run


@pytest.fixture(scope="session")
def corpora_home(import_corpora: Callable[[], Path]) -> Path:
    """The home of the first import. Nobody changes it."""
    return import_corpora()
