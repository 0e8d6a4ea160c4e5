"""Running dbt on the warehouse, in a process of its own. What the models say is in `dbt/`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import yaml

from pipelines.dbt_process import HOME
from pipelines.errors import ModelsFailed
from pipelines.settings import CATALOG, Settings
from pipelines.warehouse.connection import writing
from pipelines.warehouse.dbt_project import PROJECT, give_what_is_parsed, keep_what_is_parsed
from pipelines.warehouse.derivation import count_waiting, plan_derivation
from pipelines.warehouse.extensions import LAKE, STEMMER, link_extensions
from pipelines.warehouse.lake import NAME, S3_KEYS, environment, s3_options, s3_secret

SHOWN_FAILURES = 5
CONNECT_ATTEMPTS = 5
"""Times dbt tries to open the warehouse, with growing pauses: somebody may be looking into it meanwhile."""
DBT = Path(sys.executable).with_name("claimhouse-dbt")
"""dbt as pipelines/dbt_process.py starts it."""


def write_profile(settings: Settings) -> Path:
    """`HOME/dbt/profiles.yml`, pointing dbt at the warehouse of the home in which it runs. Returns its folder."""
    limits = settings.file.warehouse
    link_extensions(settings.home.dbt / "extensions", (STEMMER, *(LAKE if settings.home.has_lake else ())))
    offline = {"autoinstall_known_extensions": False, "extension_directory": "dbt/extensions"}
    output: dict[str, object] = {
        "type": "duckdb",
        "path": str(settings.home.warehouse.relative_to(settings.home.path)),
        "threads": limits.threads,
        "retries": {"connect_attempts": CONNECT_ATTEMPTS},
        "settings": {"memory_limit": limits.memory_limit, "threads": limits.threads, "timezone": "UTC", **offline},
    }
    if settings.home.has_lake:
        output |= _lake_output(settings, offline)
    profile = {"claimhouse": {"target": "home", "outputs": {"home": output}}}
    text = yaml.safe_dump(profile, sort_keys=False)
    path = settings.home.dbt / "profiles.yml"
    if not path.exists() or path.read_text() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return path.parent


def _lake_output(settings: Settings, offline: dict[str, object]) -> dict[str, object]:
    """What of the profile is another with a lake. Its address comes from the environment: it may hold a password."""
    limits = settings.file.warehouse
    catalog = f"{{{{ env_var('{CATALOG}') }}}}"
    keys = {option: f"{{{{ env_var('{name}', '') }}}}" for option, name in S3_KEYS.items()}
    lake = {
        "path": f"ducklake:postgres:{catalog}",
        "alias": NAME,
        "options": {"data_path": limits.data, "data_inlining_row_limit": 0},
    }
    found: dict[str, object] = {
        "path": ":memory:",
        "threads": 1,  # of dbt: two transactions of one process lose sight of each other's schemas (DuckLake 1.5.5)
        "database": NAME,
        "config_options": offline,
        "extensions": list(LAKE),
        "attach": [lake],
        "settings": {
            "memory_limit": limits.memory_limit, "threads": limits.threads, "timezone": "UTC", "schema": f"{NAME}.main",
        },
    }  # fmt: skip
    return found | ({"secrets": [s3_options(settings, keys)]} if s3_secret(settings) else {})


def dbt_flags(settings: Settings) -> list[str]:
    """What stands before dbt's own command. Its log has what happened; every statement lies in its target folder."""
    return ["--no-use-colors", "--log-path", str(settings.home.dbt / "logs"), "--log-level-file", "info"]


def dbt_arguments(settings: Settings, *arguments: str) -> list[str]:
    """The arguments of a dbt call for this home."""
    home = settings.home.dbt
    return [
        *dbt_flags(settings), *arguments,
        "--project-dir", str(PROJECT), "--profiles-dir", str(write_profile(settings)),
        "--target-path", str(home / "target"),
    ]  # fmt: skip


def dbt_environment(settings: Settings) -> dict[str, str]:
    """The variables with which dbt is started for this home."""
    named = {HOME: str(settings.home.path.absolute()), CATALOG: settings.file.warehouse.catalog or ""}
    return named | environment(settings)


def run_dbt(settings: Settings, *arguments: str, seconds: float | None = None) -> subprocess.CompletedProcess[str]:
    """A dbt call for this home, with what it printed. Raises `TimeoutExpired` after so many seconds, where they are
    given."""
    return subprocess.run(
        [DBT, *dbt_arguments(settings, *arguments)], env=os.environ | dbt_environment(settings), capture_output=True,
        text=True, check=False, timeout=seconds,
    )  # fmt: skip


def build_models(settings: Settings, on_node: Callable[[int, int], None] | None = None) -> dict[str, int]:
    """`dbt build`: seeds, models and tests, or of these what an increment needs. It is repeated until no article waits.

    Others may load in between. Calls `on_node(done, total)` as nodes of a build end; returns nodes per status. Raises
    `ModelsFailed` naming the first failing nodes with dbt's own message, and where the whole log lies.
    """
    counts = _build_portion(settings, on_node)
    while count_waiting(settings):
        counts += _build_portion(settings, on_node)
    return dict(counts)


def _build_portion(settings: Settings, on_node: Callable[[int, int], None] | None) -> Counter[str]:
    log = settings.home.dbt / "logs" / "build.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        writing(settings),
        log.open("w", encoding="utf-8", buffering=1) as kept,
        subprocess.Popen(
            [DBT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process,
    ):  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        derivation = plan_derivation(settings)  # meanwhile dbt is imported; when this fails, dbt reads an end and goes
        # dbt's own log would hold every statement and cost a twentieth of its time
        logging = ("--log-format", "json", "--log-level-file", "none")
        arguments = dbt_arguments(settings, *logging, *derivation.arguments)
        give_what_is_parsed(settings)
        environment = derivation.environment | dbt_environment(settings)
        process.stdin.write(json.dumps({"arguments": arguments, "environment": environment}) + "\n")
        process.stdin.close()
        tail: list[str] = []
        for line in process.stdout:
            done, total, message = _progress(line)
            kept.write(message + "\n")
            tail = [*tail[-19:], message]
            if on_node and total:
                on_node(done, total)
    keep_what_is_parsed(settings)
    results = _results(settings) if process.returncode in (0, 1) else []
    failed = [r for r in results if r["status"] in ("error", "fail", "runtime error")]
    if process.returncode != 0:
        lines = [f"  {r['unique_id'].split('.')[2]}: {' '.join(str(r['message']).split())[:300]}" for r in failed]
        shown = "\n".join(lines[:SHOWN_FAILURES] or [f"  {line}" for line in tail if line][-SHOWN_FAILURES:])
        raise ModelsFailed(
            f"dbt ended with {len(failed)} failures; the published snapshot was left as it was.\n{shown}\n"
            f"The whole log: {log}"
        )
    return Counter(result["status"] for result in results)


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
