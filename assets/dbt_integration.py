"""dagster-dbt without dbt in Dagster's process, where importing it takes half of the start.

dagster-dbt works without dbt-core beside it, as it does with dbt Fusion, and reads what it must know from the
manifest. It decides so once, when it is imported: so dbt is out of its sight then. dbt runs as a process of its own.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["DagsterDbtTranslator", "DagsterDbtTranslatorSettings", "DbtCliResource", "dbt_assets"]


@contextmanager
def hidden(package: str) -> Iterator[None]:
    """Importing a package fails in here as if it were not installed; unless it has been imported already."""
    if package in sys.modules:
        yield
        return
    sys.modules[package] = None  # type: ignore[assignment]  # what Python itself takes for "not there"
    try:
        yield
    finally:
        del sys.modules[package]


with hidden("dbt"):
    from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtCliResource, dbt_assets
