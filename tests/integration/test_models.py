"""The unit tests that stand beside the dbt models (`dbt/models/**/_unit_tests.yml`) hold in real dbt."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

from pipelines.settings import load_settings
from pipelines.warehouse import PROJECT, run_dbt


def declared() -> set[str]:
    """The names of the unit tests in the project's files."""
    files = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in (PROJECT / "models").rglob("*.yml"))
    return {test["name"] for file in files for test in file.get("unit_tests", ())}


def test_the_unit_tests_of_the_models_hold(demo_home: Path) -> None:
    """On the demo's home: dbt takes the types of the inputs that a test gives from tables that exist."""
    settings = load_settings(demo_home, environ={})
    done = run_dbt(settings, "test", "--select", "test_type:unit", seconds=300)
    assert done.returncode == 0, done.stdout[-8000:]
    results = json.loads((settings.home.dbt / "target" / "run_results.json").read_text())["results"]
    passed = {result["unique_id"].rsplit(".", 1)[-1] for result in results if result["status"] == "pass"}
    assert passed == declared()
