"""What stands in `deploy/` is what program and Makefile know: Dagster's settings, commands, variables, paths."""

from __future__ import annotations

import re
import shutil
import warnings
from pathlib import Path

import pytest
import yaml

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of Dagster's own imports
    import dagster as dg

from pipelines.settings import CATALOG, LAKE, ROOT
from pipelines.warehouse.lake import S3_KEYS

DEPLOY = ROOT / "deploy"
SERVICES = sorted((DEPLOY / "systemd").glob("*.service"))
COMMANDS = {"dagster-webserver", "dagster-daemon"}
HOME = "/var/lib/claimhouse"


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_dagster_takes_the_settings_for_servers(tmp_path: Path) -> None:
    shutil.copy2(DEPLOY / "dagster.yaml", tmp_path)
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert instance.telemetry_enabled is False
        assert instance.get_concurrency_config().pool_config.default_pool_limit == 1
        assert instance.run_monitoring_enabled
        assert instance.run_retries_enabled


def test_compose_runs_our_processes_of_one_image_and_publishes_on_loopback_only() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    services = compose["services"]
    ours = [service for service in services.values() if service["image"] == "claimhouse"]
    assert {service["command"][0] for service in ours} == {*COMMANDS, "claimhouse"}
    assert [service["image"] for service in services.values() if service not in ours] == ["postgres:17"]
    assert all(services[name].get("profiles") == ["lake"] for name in services if services[name] not in ours)
    assert all(service["read_only"] and service["cap_drop"] == ["ALL"] for service in services.values())
    ports = [port for service in services.values() for port in service.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
    for name in {CATALOG, LAKE, *S3_KEYS.values()} - {"AWS_SESSION_TOKEN"}:
        assert all(service["environment"][name] == f"${{{name}:-}}" for service in ours)
    mounted = {volume.partition(":")[0] for service in services.values() for volume in service["volumes"]}
    assert {name for name in mounted if not name.startswith("/")} == set(compose["volumes"])


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_a_service_starts_a_command_of_the_environment_as_a_user_without_rights(path: Path) -> None:
    unit = path.read_text(encoding="utf-8")
    (command,) = re.findall(r"^ExecStart=/opt/claimhouse/\.venv/bin/(\S+) ", unit, re.MULTILINE)
    assert command in COMMANDS
    assert "User=claimhouse\n" in unit
    assert f"Environment=CLAIMHOUSE_HOME={HOME}\n" in unit
    assert f"Environment=DAGSTER_HOME={HOME}/dagster\n" in unit
    assert "/opt/claimhouse/workspace.yaml" in unit


def test_the_image_is_installed_as_the_makefile_installs() -> None:
    """Each call of pip and uv of `make .venv/.run`, with the same options and files."""
    made = (ROOT / "Makefile").read_text(encoding="utf-8").replace("$(BIN)", ".venv/bin")
    built = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    installs = re.findall(r"\.venv/bin/(?:uv|python -m) pip install [^\\\n&]+", built)
    assert len(installs) == 3
    assert [line.strip() for line in installs if line.strip() not in made] == []
    copied = re.findall(r"^COPY (.+) \S+$", built, re.MULTILINE)
    assert [name for names in copied for name in names.split() if not (ROOT / name).exists()] == []
