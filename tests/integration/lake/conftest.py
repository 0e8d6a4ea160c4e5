"""A PostgreSQL for all tests of a shared warehouse, and lakes in it, each with a database and a folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipelines.demo import SOURCES
from pipelines.settings import CATALOG, LAKE, Settings, load_settings
from tests.servers import Postgres, postgres_server

MakeLake = Callable[[str], dict[str, str]]
OpenHome = Callable[..., Settings]


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with postgres_server(tmp_path_factory.mktemp("postgres") / "cluster") as running:
        yield running


@pytest.fixture(scope="session")
def make_lake(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> MakeLake:
    """The variables that name a new lake."""

    def make(name: str) -> dict[str, str]:
        return {CATALOG: postgres.create(name), LAKE: str(tmp_path_factory.mktemp(name) / "files")}

    return make


def open_home(path: Path, lake: dict[str, str]) -> Settings:
    """The settings of a home whose tables lie in a lake, with the demo's sources."""
    return load_settings(path, SOURCES, lake)
