"""A home's own companies into the warehouse, where dbt finds them beside the shipped register."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from pipelines.register import SEED_COLUMNS, OwnCompany

TEXT = pa.string()
OWN_SCHEMA = pa.schema([(name, pa.bool_() if name == "is_listed" else TEXT) for name in SEED_COLUMNS])
"""Of raw.own_companies. It belongs to no archive date: what the files say now is what counts."""


def replace_own_companies(connection: duckdb.DuckDBPyConnection, companies: Sequence[OwnCompany]) -> None:
    """Make raw.own_companies anew, one row per company; what a user left empty is null. Needs the schema raw."""
    rows = [
        {name: value if isinstance(value := getattr(company, name), bool) else value or None for name in SEED_COLUMNS}
        for company in companies
    ]
    connection.register("own_rows", pa.Table.from_pylist(rows, schema=OWN_SCHEMA))
    connection.execute("create or replace table raw.own_companies as select * from own_rows")
    connection.unregister("own_rows")
