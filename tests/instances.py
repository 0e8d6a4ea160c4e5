"""Dagster's instance of a home, as the processes of claimhouse open it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import dagster as dg
import pytest

from pipelines.launch import dagster_environment
from pipelines.settings import Settings


@contextmanager
def instance_of(settings: Settings, more: Mapping[str, str] | None = None) -> Iterator[dg.DagsterInstance]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (dagster_environment(settings) | dict(more or {})).items():
            patch.setenv(name, value)
        with dg.DagsterInstance.get() as instance:
            yield instance
