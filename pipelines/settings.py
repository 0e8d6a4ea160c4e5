"""What a user can set, read from `sources.yaml` and the home directory. Nothing here touches the network or DuckDB.

The environment is read only in `load_settings`, never at import.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import unquote
from zoneinfo import available_timezones

import yaml
from pydantic import Field, HttpUrl, ValidationError, field_validator, model_validator

from pipelines.alerts import Alerts, AlertSecrets, read_secrets
from pipelines.durable import replace_file
from pipelines.errors import SettingsError
from pipelines.home import Home
from pipelines.logs import LogFormat, log_format
from pipelines.sources import Source, Strict

Engine = Literal["duckdb", "ducklake"]
CATALOG, LAKE = "CLAIMHOUSE_CATALOG", "CLAIMHOUSE_LAKE"
"""Variables that name the catalog of a shared warehouse, and where its files lie."""
BROKER = "CLAIMHOUSE_BROKER"
"""The variable that names the Redis by which Celery's workers are given work. Its address may hold a password."""
PASSWORDS = (
    re.compile(r"(?P<before>//[^/@:?]*):(?P<password>[^/@]*)(?=@)"),
    re.compile(r"(?P<before>[?&])password=(?P<password>[^&]*)&?"),
    re.compile(r"(?P<before>^|\s)password\s*=\s*(?P<password>'[^']*'|\S+)"),
)
"""Where a password stands in an address: postgresql://user:PASSWORD@host, ?password=…, host=… password=…"""
ARTICLES_PER_GB = 10_000
"""Articles derived at once, by the memory that DuckDB may take: two thirds more still went (docs/scaling.md)."""
ROOT = Path(__file__).resolve().parent.parent
"""The checkout: `dbt/`, `sources.yaml` and `workspace.yaml` lie here."""

SEEDS = ROOT / "dbt" / "seeds"

try:
    VERSION = version("claimhouse")
except PackageNotFoundError:  # run from a checkout that was not installed
    VERSION = "0+checkout"


class Http(Strict):
    """How we behave towards servers. Times in seconds, sizes in bytes."""

    user_agent: str = f"claimhouse/{VERSION} (news archive; set http.user_agent to name yourself)"
    timeout: Annotated[float, Field(gt=0, le=120)] = 20.0
    deadline: Annotated[float, Field(gt=0, le=600)] = 60.0
    delay: Annotated[float, Field(ge=0, le=60)] = 1.0
    concurrency: Annotated[int, Field(ge=1, le=256)] = 16
    max_bytes: Annotated[int, Field(ge=10_000)] = 10_000_000
    proxy: HttpUrl | None = None
    allow_loopback: bool = False


class Collect(Strict):
    """Which days a daily run looks back on, in days, and how long a collecting run waits for another one, in seconds.

    Articles are looked at again `revisit_after` days after they were fetched first, so that corrections are seen.
    """

    late_days: Annotated[int, Field(ge=0, le=60)] = 3
    revisit_after: tuple[Annotated[int, Field(ge=1, le=60)], ...] = (1, 7)
    lock_wait: Annotated[float, Field(ge=0, le=86_400)] = 600.0

    @property
    def window_days(self) -> int:
        """Days before its own date on which a daily run may find something to do. A visit due in the afternoon is made
        by the next morning's run, and a page of a day is fetched the morning after: hence two more."""
        return max(self.late_days, max(self.revisit_after, default=-2) + 2)


class S3(Strict):
    """How a store of files like Amazon's is reached; what is not said here is as Amazon has it."""

    endpoint: str | None = None
    region: str | None = None
    url_style: Literal["vhost", "path"] | None = None
    use_ssl: bool | None = None


class Warehouse(Strict):
    """Where the tables lie, DuckDB's limits, and how long a writer waits for another one. Seconds."""

    engine: Engine = "duckdb"
    catalog: str | None = None
    data: str | None = None
    s3: S3 = S3()
    memory_limit: Annotated[str, Field(pattern=r"^\d+(\.\d+)?\s?(MB|GB)$")] = "4GB"
    threads: Annotated[int, Field(ge=1, le=64)] = 2
    articles_at_once: Annotated[int | None, Field(ge=1)] = None
    lock_wait: Annotated[float, Field(ge=0, le=86_400)] = 900.0
    keep_snapshots: Annotated[int, Field(ge=1, le=100)] = 3

    @property
    def articles_per_build(self) -> int:
        """How many articles dbt derives in one build: as said, else as many as fit into the memory."""
        amount, unit = float(self.memory_limit.rstrip("MGB ")), self.memory_limit[-2:]
        return self.articles_at_once or max(1_000, int(amount * (1.0 if unit == "GB" else 1e-3) * ARTICLES_PER_GB))

    @field_validator("data")
    @classmethod
    def a_folder_is_the_same_from_everywhere(cls, value: str | None) -> str | None:
        return value if value is None or "://" in value else str(Path(value).expanduser().resolve())

    @model_validator(mode="after")
    def a_lake_has_a_catalog_and_a_place(self) -> Warehouse:
        if self.engine == "ducklake" and not (self.catalog and self.data):
            raise ValueError(
                "a lake needs `catalog`, like postgresql://claimhouse@db.example/claimhouse, and `data`, a folder or "
                "s3://BUCKET/PREFIX"
            )
        return self


class Export(Strict):
    """Where every run leaves the published tables as files, if anywhere; as `claimhouse export`."""

    to: Path | None = None
    format: Literal["parquet", "csv", "jsonl"] = "parquet"
    tables: tuple[str, ...] = ()


class Schedules(Strict):
    """When the daily run starts and when sources are looked at in between, while Dagster's daemon runs."""

    daily_at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "05:15"
    timezone: str = "Europe/Berlin"
    poll_minute: Annotated[int, Field(ge=0, le=59)] = 40

    @field_validator("timezone")
    @classmethod
    def the_zone_exists(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"there is no time zone '{value}'. Write one like Europe/Berlin")
        return value

    @property
    def daily_cron(self) -> str:
        hour, minute = self.daily_at.split(":")
        return f"{int(minute)} {int(hour)} * * *"

    @property
    def poll_cron(self) -> str:
        return f"{self.poll_minute} * * * *"


class Celery(Strict):
    """How workers on other machines are treated. Seconds."""

    lost_after: Annotated[int, Field(ge=5, le=604_800)] = 86_400


class SourcesFile(Strict):
    """The whole of `sources.yaml`."""

    start_date: date
    environment: Literal["production", "test"] = "production"
    executor: Literal["in_process", "multiprocess", "celery"] = "in_process"
    workers: Annotated[int, Field(ge=1, le=64)] = 2
    celery: Celery = Celery()
    http: Http = Http()
    collect: Collect = Collect()
    warehouse: Warehouse = Warehouse()
    export: Export = Export()
    schedules: Schedules = Schedules()
    alerts: Alerts = Alerts()
    sources: tuple[Source, ...] = ()

    @field_validator("sources", mode="before")
    @classmethod
    def an_empty_list_is_allowed(cls, value: object) -> object:
        return () if value is None else value

    @model_validator(mode="after")
    def loopback_is_for_tests(self) -> SourcesFile:
        if self.http.allow_loopback and self.environment != "test":
            raise ValueError("http.allow_loopback is for tests; it is refused unless `environment: test` is set")
        return self

    @model_validator(mode="after")
    def ids_are_unique(self) -> SourcesFile:
        seen: set[str] = set()
        for source in self.sources:
            if source.id in seen:
                raise ValueError(f"two sources share the id '{source.id}'; give each its own")
            seen.add(source.id)
        return self


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a step may want to know."""

    home: Home
    file: SourcesFile
    sources_path: Path
    secrets: AlertSecrets = field(default=AlertSecrets(), repr=False)
    catalog_password: str | None = field(default=None, repr=False)
    """That of the lake's catalog, which stands nowhere else: not in its address, in no file and in no message."""
    log: LogFormat = "text"

    @property
    def enabled_sources(self) -> tuple[Source, ...]:
        return tuple(s for s in self.file.sources if s.enabled)

    def source(self, source_id: str) -> Source:
        for source in self.file.sources:
            if source.id == source_id:
                return source
        known = ", ".join(s.id for s in self.file.sources) or "none"
        raise SettingsError(f"{self.sources_path}: no source '{source_id}'. Known: {known}.")

    def on(self, engine: Engine) -> Settings:
        """The same with the tables in a file, or in the lake that the settings name."""
        warehouse = self.file.warehouse.model_copy(update={"engine": engine})
        file = self.file.model_copy(update={"warehouse": warehouse})
        return replace(self, file=file, home=Home(self.home.path, engine == "ducklake"))

    def remember_engine(self) -> None:
        """Leave word in the home of where its tables lie, without a password."""
        if not self.home.has_lake:
            self.home.lake.unlink(missing_ok=True)
            return
        said = self.file.warehouse.model_dump(include={"engine", "catalog", "data", "s3"}, exclude_none=True)
        replace_file(self.home.lake, lambda part: part.write_text(json.dumps(said), encoding="utf-8"))

    def with_source(self, source_id: str) -> Settings:
        """The same with this source enabled and no other. Raises `SettingsError` where there is none of this name."""
        chosen = self.source(source_id).id
        sources = tuple(s.model_copy(update={"enabled": s.id == chosen}) for s in self.file.sources)
        return replace(self, file=self.file.model_copy(update={"sources": sources}))


def load_settings(
    home: Path | None = None, sources_path: Path | None = None, environ: Mapping[str, str] | None = None
) -> Settings:
    """Settings from arguments first, then CLAIMHOUSE_HOME and CLAIMHOUSE_SOURCES, then ./data and ROOT/sources.yaml.

    The secrets and the form of the log come from the environment alone.
    """
    env = os.environ if environ is None else environ
    home_path = home or Path(env.get("CLAIMHOUSE_HOME") or "data")
    path = sources_path or Path(env.get("CLAIMHOUSE_SOURCES") or ROOT / "sources.yaml")
    folder = home_path.expanduser().resolve()
    file = with_lake(read_sources_file(path), path, Home(folder).lake, env)
    at = Home(folder, file.warehouse.engine == "ducklake")
    catalog, password = split_password(file.warehouse.catalog)
    file = file.model_copy(update={"warehouse": file.warehouse.model_copy(update={"catalog": catalog})})
    return Settings(at, file, path, read_secrets(env), password, log_format(env))


def split_password(address: str | None) -> tuple[str | None, str | None]:
    """An address of PostgreSQL without its password, and the password, in each of the forms that libpq takes."""
    password = None
    for pattern in PASSWORDS if address else ():
        if found := pattern.search(str(address)):
            password = unquote(found["password"].strip("'"))
            address = pattern.sub(found["before"], str(address), count=1)
    return address, password


def with_lake(file: SourcesFile, path: Path, remembered: Path, environ: Mapping[str, str]) -> SourcesFile:
    """The same with the lake that CLAIMHOUSE_CATALOG and CLAIMHOUSE_LAKE name, where they do: an address may hold a
    password, which belongs in no file. Without both, and without a word of it in the file, the lake in which the home
    was last published. Raises `SettingsError` when one of the two is missing."""
    given = {"catalog": environ.get(CATALOG), "data": environ.get(LAKE)}
    named = {name: value for name, value in given.items() if value}
    try:
        own = file.warehouse.model_dump(exclude_unset=True) | named
        if named:
            own["engine"] = "ducklake"
        elif "engine" not in file.warehouse.model_fields_set and remembered.exists():
            own = json.loads(remembered.read_text(encoding="utf-8")) | own
        return file.model_copy(update={"warehouse": Warehouse.model_validate(own)})
    except ValidationError as error:
        raise SettingsError(f"{path} with {CATALOG} and {LAKE}: {error.errors()[0]['msg']}.") from error
    except (OSError, ValueError) as error:
        raise SettingsError(f"{remembered}: does not say which lake is the home's ({error}). Remove it.") from error


def read_sources_file(path: Path) -> SourcesFile:
    """Parse and validate `sources.yaml`.

    Raises `SettingsError` naming file, line and key for a file that is missing, no YAML, or has an unknown key,
    a missing key or a wrong type.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror}). Give another with --sources FILE.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: is not UTF-8 text (byte {error.start}).") from error
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}" if mark else str(path)
        raise SettingsError(f"{place}: is not valid YAML: {getattr(error, 'problem', None) or error}.") from error
    try:
        return SourcesFile.model_validate(data if data is not None else {})
    except ValidationError as error:
        # A misspelt key shows up twice: as unknown, and as the one that is missing. The first says more.
        first = min(error.errors(), key=lambda e: e["type"] != "extra_forbidden")
        location = _key_of(first["type"], first["loc"])
        line = _line_of(node, location)
        key = ".".join(str(part) for part in location) or "the file"
        raise SettingsError(f"{path}:{line}: {key}: {_explain(first['type'], first['msg'])}") from error


def _key_of(kind: str, location: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """pydantic names the source type between a source and its key (sources, 3, feed, url); the file does not."""
    if kind.startswith("union_tag"):
        return (*location, "type")
    return location[:2] + location[3:] if location[:1] == ("sources",) else location


def _explain(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "unknown key. See docs/configuration.md for the keys there are."
    if kind == "union_tag_invalid":
        return f"should be one of {message.partition('expected tags: ')[2]}."
    if kind in ("missing", "union_tag_not_found"):
        return "is missing."
    return message.removeprefix("Value error, ") + "."


def _line_of(node: yaml.Node | None, location: tuple[int | str, ...]) -> int:
    """The line on which the value at `location` stands, or that of its nearest parent."""
    line: int = 1
    for part in location:
        if isinstance(node, yaml.MappingNode):
            pairs = [(key, value) for key, value in node.value if key.value == part]
            if not pairs:
                return line
            line, node = pairs[0][0].start_mark.line + 1, pairs[0][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line
