"""Running dbt on the warehouse, in a process of its own. What the models say is in `dbt/`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import yaml

from pipelines.errors import ModelsFailed
from pipelines.register import read_own_register
from pipelines.settings import ROOT, Settings
from pipelines.warehouse.connection import open_warehouse
from pipelines.warehouse.load import create_raw_schema
from pipelines.warehouse.register import replace_own_companies

PROJECT = ROOT / "dbt"
BUILD = ("build", "--exclude-resource-type", "unit_test")
"""Seeds, models and data tests. Unit tests look at the models, not at the data, and belong to development."""
SHOWN_FAILURES = 5


def write_profile(settings: Settings) -> Path:
    """`HOME/dbt/profiles.yml`, pointing dbt at this home's warehouse. Returns its folder."""
    limits = settings.file.warehouse
    output = {
        "type": "duckdb",
        "path": str(settings.home.warehouse),
        "threads": limits.threads,
        "settings": {"memory_limit": limits.memory_limit, "threads": limits.threads, "timezone": "UTC"},
    }
    profile = {"claimhouse": {"target": "home", "outputs": {"home": output}}}
    text = yaml.safe_dump(profile, sort_keys=False)
    path = settings.home.dbt / "profiles.yml"
    if not path.exists() or path.read_text() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return path.parent


def dbt_command(settings: Settings, *arguments: str) -> list[str]:
    """The dbt call for this home."""
    home = settings.home.dbt
    return [
        sys.executable, "-m", "dbt.cli.main", "--no-use-colors", "--log-path", str(home / "logs"), *arguments,
        "--project-dir", str(PROJECT), "--profiles-dir", str(write_profile(settings)),
        "--target-path", str(home / "target"),
    ]  # fmt: skip


def ensure_raw_schema(settings: Settings) -> None:
    """Wait for the warehouse and see that dbt's sources exist, so that an empty home builds to empty marts.

    The home's own companies are read on the way: they belong to no run, and what the files say now is what counts.
    """
    own = read_own_register(settings.home.register)
    with open_warehouse(settings) as connection:
        create_raw_schema(connection)
        replace_own_companies(connection, own)


def build_models(settings: Settings, on_node: Callable[[int, int], None] | None = None) -> dict[str, int]:
    """`dbt build`: seeds, models and tests. Calls `on_node(done, total)` as nodes end; returns nodes per status.

    Raises `ModelsFailed` naming the first failing nodes with dbt's own message, and where the whole log lies.
    """
    ensure_raw_schema(settings)
    command = dbt_command(settings, "--log-format", "json", *BUILD)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        tail: list[str] = []
        for line in process.stdout:
            done, total, message = _progress(line)
            tail = [*tail[-19:], message]
            if on_node and total:
                on_node(done, total)
    results = _results(settings) if process.returncode in (0, 1) else []
    failed = [r for r in results if r["status"] in ("error", "fail", "runtime error")]
    if process.returncode != 0:
        lines = [f"  {r['unique_id'].split('.')[2]}: {' '.join(str(r['message']).split())[:300]}" for r in failed]
        shown = "\n".join(lines[:SHOWN_FAILURES] or [f"  {line}" for line in tail if line][-SHOWN_FAILURES:])
        raise ModelsFailed(
            f"dbt ended with {len(failed)} failures; the published snapshot was left as it was.\n{shown}\n"
            f"The whole log: {settings.home.dbt / 'logs' / 'dbt.log'}"
        )
    counts: dict[str, int] = {}
    for result in results:
        counts[result["status"]] = counts.get(result["status"], 0) + 1
    return counts


def _progress(line: str) -> tuple[int, int, str]:
    """Node number, number of nodes (0 when the line does not end a node) and message of a line of dbt's JSON log."""
    try:
        event = json.loads(line)
        data, info = event.get("data", {}), event.get("info", {})
        ended = info.get("name") in ("LogModelResult", "LogTestResult", "LogSeedResult", "LogNodeNoOpResult")
        return int(data.get("index", 0)), int(data.get("total", 0)) if ended else 0, str(info.get("msg", ""))
    except (ValueError, AttributeError):
        return 0, 0, line.strip()


def _results(settings: Settings) -> list[dict[str, str]]:
    path = settings.home.dbt / "target" / "run_results.json"
    results: list[dict[str, str]] = json.loads(path.read_text())["results"] if path.exists() else []
    return results
