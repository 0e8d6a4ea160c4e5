"""Running dbt on the warehouse, in a process of its own. What the models say is in `dbt/`."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import duckdb
import yaml

from pipelines.dbt_process import HOME
from pipelines.durable import replace_file
from pipelines.errors import ModelsFailed
from pipelines.register import OwnCompany, read_own_register
from pipelines.settings import CATALOG, ROOT, Settings
from pipelines.warehouse.connection import connect_warehouse, writing
from pipelines.warehouse.extensions import LAKE, STEMMER, link_extensions
from pipelines.warehouse.lake import NAME, S3_KEYS, environment, s3_options, s3_secret
from pipelines.warehouse.load import create_raw_schema
from pipelines.warehouse.register import replace_own_companies

PROJECT = ROOT / "dbt"
BUILD = ("build", "--exclude-resource-type", "unit_test", "--exclude")
"""Unit tests look at the models, not at the data, and belong to development."""
ASKED_AT_THE_END = "test_type:generic"
"""Data tests are one statement after the last table (dbt/macros/failed_tests.sql), not a node each."""
ALL = (*BUILD, ASKED_AT_THE_END)
"""Seeds, models and data tests."""
TABLES = (
    *BUILD,
    "resource_type:seed config.materialized:view config.materialized:per_article_view config.materialized:table_macro "
    f"{ASKED_AT_THE_END}",
)
"""What an increment needs: seeds and views are what they were, since nobody has edited the project."""
SHOWN_FAILURES = 5
CONNECT_ATTEMPTS = 5
"""Times dbt tries to open the warehouse, with growing pauses: somebody may be looking into it meanwhile."""
PROJECT_PARTS = ("models", "seeds", "macros", "tests")
PROGRAMS = ("dbt-core", "dbt-duckdb", "duckdb")
DBT = Path(sys.executable).with_name("claimhouse-dbt")
"""dbt as pipelines/dbt_process.py starts it."""
PARSED = ("manifest.json", "partial_parse.msgpack")
"""What dbt leaves in a target folder of what it has read of the project."""
PARSED_ONCE = PROJECT / "target" / "parsed"
"""The same for every home that has none yet; dbt itself sees what of it an edit of the project has made old."""


@dataclass(frozen=True, slots=True)
class Derivation:
    """What dbt is asked for: everything, or only what changed since the marts were last derived."""

    is_increment: bool
    project: str
    """Fingerprint of the models, seeds, programs and own companies with which it is derived."""

    @property
    def arguments(self) -> tuple[str, ...]:
        """What to build. `ALL` will do too, and takes longer."""
        return TABLES if self.is_increment else ALL

    @property
    def environment(self) -> dict[str, str]:
        """What dbt/macros/increment.sql reads. Not dbt's `--vars`: other ones make it parse the whole project anew."""
        return {"CLAIMHOUSE_INCREMENT": str(self.is_increment).lower(), "CLAIMHOUSE_PROJECT": self.project}


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


def give_what_is_parsed(settings: Settings) -> None:
    """Let dbt and Dagster begin with what was read of the project in another home."""
    for name in PARSED:
        known, own = PARSED_ONCE / name, settings.home.dbt / "target" / name
        if known.exists() and not own.exists():
            _copy(known, own)


def keep_what_is_parsed(settings: Settings) -> None:
    """Keep what dbt has read of the project for other homes, where the project's folder can be written to."""
    edited = newest_file_of_project()

    def is_fresh(path: Path) -> bool:
        return path.exists() and path.stat().st_mtime >= edited

    for name in PARSED:
        known, own = PARSED_ONCE / name, settings.home.dbt / "target" / name
        if is_fresh(own) and not is_fresh(known):
            with suppress(OSError):
                _copy(own, known)


def _copy(file: Path, to: Path) -> None:
    replace_file(to, lambda part: shutil.copy2(file, part))


def newest_file_of_project() -> float:
    """When a file of the dbt project was last changed, in seconds since the epoch."""
    files = (path for part in PROJECT_PARTS for path in (PROJECT / part).rglob("*"))
    return max(path.stat().st_mtime for path in (*files, PROJECT / "dbt_project.yml"))


def project_fingerprint(own: Sequence[OwnCompany]) -> str:
    """Changes with every file of the dbt project, with the programs that run it and with the home's own companies."""
    digest = hashlib.blake2b(digest_size=16)
    for name in PROGRAMS:
        digest.update(f"{name} {version(name)}\n".encode())
    for path in sorted(p for folder in PROJECT_PARTS for p in (PROJECT / folder).rglob("*") if p.is_file()):
        digest.update(f"{path.relative_to(PROJECT)}\n".encode() + path.read_bytes())
    digest.update((PROJECT / "dbt_project.yml").read_bytes())
    digest.update(json.dumps([asdict(company) for company in own]).encode())
    return digest.hexdigest()


def plan_derivation(settings: Settings) -> Derivation:
    """See that dbt's sources exist (an empty home builds to empty marts), and what is to do. Within `writing`.

    An increment will do when the last derivation noted that it came to its end, with this very project. The home's own
    companies are part of it: they belong to no run, every article may name them, and what the files say now counts.
    """
    own = read_own_register(settings.home.register)
    project = project_fingerprint(own)
    with connect_warehouse(settings) as connection:
        create_raw_schema(connection)
        replace_own_companies(connection, own)
        connection.execute("drop table if exists increment.tested")
        try:
            noted = connection.execute("select fingerprint from increment.derived_project").fetchone()
        except duckdb.CatalogException:
            noted = None
    return Derivation(noted == (project,), project)


def read_tests(settings: Settings) -> dict[str, int]:
    """Rows that failed per data test of the build that has just been made. Empty when it did not come to them."""
    with connect_warehouse(settings) as connection:
        try:
            found = connection.execute("select name, failures from increment.tested").fetchall()
        except duckdb.CatalogException:
            found = []
    return dict(found)


def build_models(settings: Settings, on_node: Callable[[int, int], None] | None = None) -> dict[str, int]:
    """`dbt build`: seeds, models and tests, or of these what an increment needs.

    Calls `on_node(done, total)` as nodes end; returns nodes per status. Raises `ModelsFailed` naming the first failing
    nodes with dbt's own message, and where the whole log lies.
    """
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
