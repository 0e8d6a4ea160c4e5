"""The arrows of docs/architecture.md hold, and the contracts that say so can fail."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINTER = Path(sys.executable).with_name("lint-imports")
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS: dict[str, str] = {c["id"]: c["name"] for c in SETTINGS["tool"]["importlinter"]["contracts"]}
"""Names by id: the linter's output has the names."""


def lint(root: Path) -> tuple[int, str]:
    """Exit code and output of import-linter, run on the packages and the pyproject.toml in `root`."""
    command = [str(LINTER), "--no-cache", "--no-logo"]
    # Only `root` is on the path: the editable install would otherwise show the linter the checkout.
    environment = {"PYTHONPATH": str(root), "PATH": "", "COLUMNS": "200"}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The packages and their contracts where a test may break them."""
    for package in ("pipelines", "assets"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("*.md", "__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_arrows_hold() -> None:
    code, output = lint(ROOT)
    assert code == 0, output
    assert " 0 broken" in output


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("pipelines/steps.py", "import dagster", "no-dagster"),
        ("pipelines/cli.py", "import assets.jobs", "no-dagster"),
        ("pipelines/parse/article.py", "import pipelines.collect", "steps"),
        ("pipelines/collect/source_types/feed.py", "import pipelines.steps", "steps"),
        ("pipelines/records.py", "import pipelines.settings", "ground"),
        ("pipelines/annotate/slots.py", "import duckdb", "duckdb-writer"),
        ("pipelines/parse/text/dates.py", "import httpx", "pure"),
        ("pipelines/parse/body/regions.py", "import pipelines.parse.fields.titles", "parse"),
        ("assets/checks.py", "import duckdb", "duckdb-writer"),
        ("pipelines/annotate/times.py", "import socket", "pure"),
    ],
)
def test_a_forbidden_import_breaks_its_contract(copy: Path, module: str, line: str, contract: str) -> None:
    with (copy / module).open("a", encoding="utf-8") as file:
        file.write(f"\n\n{line}\n")
    code, output = lint(copy)
    assert code == 1
    assert f"{CONTRACTS[contract]} BROKEN" in output


def test_every_contract_is_seen_to_fail() -> None:
    marks = test_a_forbidden_import_breaks_its_contract.pytestmark  # type: ignore[attr-defined]
    assert {contract for _, _, contract in marks[0].args[1]} == set(CONTRACTS)


def importers(root: Path, package: str) -> set[str]:
    """The modules below `root` that import `package`, as paths."""
    found = set()
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.partition(".")[0] == package for name in names):
                found.add(path.relative_to(root).as_posix())
    return found


def test_only_the_warehouse_imports_duckdb() -> None:
    found = importers(ROOT / "pipelines", "duckdb") | importers(ROOT / "assets", "duckdb")
    assert found, "the warehouse itself"
    assert {path for path in found if not path.startswith("warehouse/")} == set()
