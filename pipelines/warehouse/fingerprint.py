"""One value per article version that changes with anything that was found in it: by it dbt tells what to derive anew.

Derivation is by article, so what is compared is all rows of an article in all raw tables together.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pyarrow as pa

COLUMN = "fingerprint"


def with_fingerprints(tables: Mapping[str, pa.Table]) -> pa.Table:
    """The rows of `tables["articles"]` with their fingerprint: the sum of the hashes of the version's rows everywhere.

    A sum does not depend on the order of rows. The hash is DuckDB's: another version of DuckDB may hash otherwise, and
    then everything is derived anew once.
    """
    with duckdb.connect(":memory:") as connection:
        for name, table in tables.items():
            connection.register(name, table)
        hashed = " union all ".join(
            f"select version_id, hash('{name}', rows_of_table) as row_hash from \"{name}\" as rows_of_table"
            for name in tables
        )
        articles = f"""
            with summed as (
                select version_id, cast(sum(row_hash) as varchar) as total
                from ({hashed})
                group by version_id
            )
            select articles.* replace (summed.total as {COLUMN})
            from (select *, row_number() over () as place from articles) as articles
            inner join summed using (version_id)
            order by articles.place
        """
        found = connection.execute(articles).to_arrow_table()
    return found.drop_columns("place").cast(tables["articles"].schema)
