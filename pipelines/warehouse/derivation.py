"""What dbt has to derive: everything, or what has changed, and in how many builds."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from pipelines.register import read_own_register
from pipelines.settings import Settings
from pipelines.warehouse.connection import connect_warehouse
from pipelines.warehouse.dbt_project import project_fingerprint
from pipelines.warehouse.load import create_raw_schema
from pipelines.warehouse.register import replace_own_companies

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
ARTICLES_AT_ONCE = "CLAIMHOUSE_ARTICLES_AT_ONCE"
"""The variable by which dbt/macros/increment.sql knows how many articles a build derives; empty for all."""
WAITING = """
    select count(*)
    from (
        select article_id
        from increment.pending_articles as pending
        left join increment.derived_articles as derived using (article_id)
        where
            pending.version_id is distinct from derived.version_id
            or pending.version_id is null and derived.article_id is not null
        union
        select article_id from increment.untested_articles
    )
"""


@dataclass(frozen=True, slots=True)
class Derivation:
    """What dbt is asked for: everything, or only what changed since the marts were last derived."""

    is_increment: bool
    project: str
    """Fingerprint of the models, seeds, programs and own companies with which it is derived."""
    most: int
    """Articles that one build derives."""

    @property
    def arguments(self) -> tuple[str, ...]:
        """What to build. `ALL` will do too, and takes longer."""
        return TABLES if self.is_increment else ALL

    @property
    def environment(self) -> dict[str, str]:
        """What dbt/macros/increment.sql reads. Not dbt's `--vars`: other ones make it parse the whole project anew."""
        return {
            "CLAIMHOUSE_INCREMENT": str(self.is_increment).lower(),
            "CLAIMHOUSE_PROJECT": self.project,
            ARTICLES_AT_ONCE: str(self.most),
        }


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
    return Derivation(noted == (project,), project, settings.file.warehouse.articles_per_build)


def count_waiting(settings: Settings) -> int:
    """Articles that the last build knew to be derived and did not derive: they were too many, or it did not end. Those
    before them that are to be counted together with them are among them."""
    with connect_warehouse(settings) as connection:
        return waiting(connection)


def waiting(connection: duckdb.DuckDBPyConnection) -> int:
    """The same on a connection to the warehouse."""
    try:
        found = connection.execute(WAITING).fetchone()
    except duckdb.CatalogException:  # nothing was ever derived here
        return 0
    assert found is not None
    return int(found[0])


def read_tests(settings: Settings) -> dict[str, int]:
    """Rows that failed per data test of the build that has just been made. Empty when it did not come to them."""
    with connect_warehouse(settings) as connection:
        try:
            found = connection.execute("select name, failures from increment.tested").fetchall()
        except duckdb.CatalogException:
            found = []
    return dict(found)
