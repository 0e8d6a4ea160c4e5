"""What stands in `deploy/` is what program and Makefile know: Dagster's settings, commands, variables, paths."""

from __future__ import annotations

import re
import shutil
import subprocess
import warnings
from pathlib import Path

import pytest
import yaml

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of Dagster's own imports
    import dagster as dg

from pipelines.settings import BROKER, CATALOG, LAKE, ROOT
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


COMPOSE = shutil.which("docker-compose")
WORKERS = DEPLOY / "workers"


@pytest.mark.skipif(COMPOSE is None, reason="needs docker-compose: apt-get install docker-compose")
@pytest.mark.parametrize("files", [["compose.yaml"], ["compose.yaml", "workers/compose.yaml"]], ids=len)
def test_compose_takes_the_files_and_runs_all_without_rights(files: list[str]) -> None:
    command = [str(COMPOSE), *(word for file in files for word in ("--file", file))]
    command += ["--profile", "lake", "--profile", "s3", "config"]
    done = subprocess.run(command, cwd=DEPLOY, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    services = yaml.safe_load(done.stdout)["services"]
    for name, service in services.items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ())), name
        assert "healthcheck" in service or service["image"] == "claimhouse", name
    if len(files) == 1:
        return
    assert {"webserver", "daemon", "code", "worker", "keeper", "explorer", "catalog", "redis", "s3"} == set(services)
    for name in ("webserver", "daemon", "code", "worker", "keeper"):
        assert services[name]["image"] == "claimhouse"
        assert services[name]["environment"][BROKER] == "redis://redis:6379/0"
        # SQLAlchemy's own choice would be another driver, which Dagster does not bring
        assert services[name]["environment"]["DAGSTER_POSTGRES_URL"].startswith("postgresql+psycopg2://")
        assert any(volume.endswith("/dagster/dagster.yaml:ro") for volume in services[name]["volumes"])
    begins_runs, *take_steps = (services[name]["environment"] for name in ("code", "worker", "keeper"))
    assert take_steps == [begins_runs, begins_runs], "a step may depend on any of them"


def test_dagsters_settings_with_workers_are_those_of_one_server_with_records_in_postgresql() -> None:
    alone = yaml.safe_load((DEPLOY / "dagster.yaml").read_text(encoding="utf-8"))
    shared = yaml.safe_load((WORKERS / "dagster.yaml").read_text(encoding="utf-8"))
    assert shared.pop("storage") == {"postgres": {"postgres_url": {"env": "DAGSTER_POSTGRES_URL"}}}
    assert shared == alone


def test_kubernetes_runs_the_image_as_its_user_with_one_home_for_all() -> None:
    """The chart's own schema cannot be had without a network; these are the places where its values meet ours."""
    values = yaml.safe_load((WORKERS / "helm.yaml").read_text(encoding="utf-8"))
    claim, *deployments = yaml.safe_load_all((WORKERS / "kubernetes.yaml").read_text(encoding="utf-8"))
    (code,) = values["dagster-user-deployments"]["deployments"]
    launcher = values["runLauncher"]["config"]["k8sRunLauncher"]
    pods = [deployment["spec"]["template"]["spec"] for deployment in deployments]
    (user,) = re.findall(r"useradd --system --uid (\d+)", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"))
    secured = [code["podSecurityContext"], launcher["runK8sConfig"]["podSpecConfig"]["securityContext"]]
    secured += [pod["securityContext"] for pod in pods]
    assert all(one["runAsNonRoot"] and one["runAsUser"] == int(user) for one in secured)
    containers = [pod["containers"][0] for pod in pods]
    locked = [code["securityContext"], launcher["runK8sConfig"]["containerConfig"]["securityContext"]]
    locked += [container["securityContext"] for container in containers]
    assert values["global"]["dagsterHome"] == f"{HOME}/dagster"
    assert all(one["readOnlyRootFilesystem"] and one["capabilities"] == {"drop": ["ALL"]} for one in locked)
    for volumes in (code["volumes"], launcher["volumes"], *(pod["volumes"] for pod in pods)):
        assert {"name": "home", "persistentVolumeClaim": {"claimName": claim["metadata"]["name"]}} in volumes
    for mounts in (code["volumeMounts"], launcher["volumeMounts"], *(c["volumeMounts"] for c in containers)):
        assert {"name": "home", "mountPath": HOME} in mounts
        assert {"name": "tmp", "mountPath": "/tmp"} in mounts, "the root cannot be written to"
    images = [f"{code['image']['repository']}:{code['image']['tag']}", *(c["image"] for c in containers)]
    assert set(images) == {"claimhouse:latest"}
    assert values["postgresql"]["postgresqlScheme"] == "postgresql+psycopg2"
    secret = values["global"]["postgresqlSecretName"]
    assert [one["name"] for one in (*code["envSecrets"], *launcher["envSecrets"])] == [secret, secret]
    assert all(container["envFrom"] == [{"secretRef": {"name": secret}}] for container in containers)
    commands = [container["args"] for container in containers]
    assert [args[:3] for args in commands] == [
        ["claimhouse", "worker", "--parts-only"], ["claimhouse", "worker"], ["claimhouse", "explore", "--host"],
    ]  # fmt: skip
    for container in containers[:2]:
        (password,) = container["env"]
        assert password["name"] == "DAGSTER_PG_PASSWORD", "the chart's name for it, which a worker needs too"
        assert password["valueFrom"]["secretKeyRef"] == {"name": secret, "key": "postgresql-password"}


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
    """Each call of pip and uv of `make workers`, with the same options and files."""
    made = (ROOT / "Makefile").read_text(encoding="utf-8").replace("$(BIN)", ".venv/bin")
    built = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    installs = re.findall(r"\.venv/bin/(?:uv|python -m) pip install [^\\\n&]+", built)
    assert len(installs) == 4
    assert [line.strip() for line in installs if line.strip() not in made] == []
    copied = re.findall(r"^COPY (.+) \S+$", built, re.MULTILINE)
    sources = [name for names in copied for name in names.split()]
    assert [name for name in sources if not (ROOT / name).exists()] == []
    let_in = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE)
    assert [name for name in sources if name not in let_in] == []
