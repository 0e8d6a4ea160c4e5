"""Which assets are made together."""

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition as AssetJob

from assets.publication import MAINTENANCE
from pipelines.logs import LogFormat
from pipelines.staleness import Step

DAILY, INGEST, REPARSE, REANNOTATE, DERIVE, POLL, INBOX, TIDY = (
    "daily", "ingest", "reparse", "reannotate", "derive", "poll", "inbox", "tidy",
)  # fmt: skip
CONSOLE = "console"
"""Name of the logger that writes JSON."""
STEPS = ("candidates", "pages", "articles", "annotations", "raw_tables")
"""The assets by archive date, in the order in which they are made."""
RETRIES = {"dagster/retry_strategy": "ALL_STEPS"}
"""A step stands on what those before it have seen, so a retried run begins anew."""
BY_DATE = {Step.POLL: INGEST, Step.PARSE: REPARSE, Step.ANNOTATE: REANNOTATE, Step.MODELS: None}
"""The job that makes the raw tables of archive dates, beginning with a step. The models read all of them together."""


def run_config(log: LogFormat) -> dict[str, object] | None:
    """The configuration of a run. Dagster uses a logger of the definitions only where this names it."""
    return {"loggers": {CONSOLE: {"config": {"log_level": "DEBUG"}}}} if log == "json" else None


def all_jobs(log: LogFormat = "text", *, has_lake: bool = False) -> dict[str, AssetJob]:
    """The jobs by name, with runs that log in this form."""
    day = dg.AssetSelection.all() - dg.AssetSelection.groups(MAINTENANCE) if has_lake else dg.AssetSelection.all()
    derived = day - dg.AssetSelection.assets(*STEPS, "imported_pages")
    read = dg.AssetSelection.assets("imported_pages", *STEPS[2:])
    jobs = {
        DAILY: (day, "From the sources to the published snapshot, for one archive date."),
        INGEST: (dg.AssetSelection.assets(*STEPS), "From the sources to the raw tables, for one date or a range."),
        REPARSE: (dg.AssetSelection.assets(*STEPS[2:]), "Read archived pages again, without the network."),
        REANNOTATE: (dg.AssetSelection.assets(*STEPS[3:]), "Annotate parsed articles again, without the network."),
        DERIVE: (derived, "From the raw tables to the published snapshot; what `ingest` leaves to do."),
        POLL: (dg.AssetSelection.assets(STEPS[0]), "Look at the sources, so that a short feed loses nothing."),
        INBOX: (read | derived, "Import what lies in the inbox, and publish it."),
    }  # fmt: skip
    if has_lake:
        jobs[TIDY] = (dg.AssetSelection.groups(MAINTENANCE), "Join small files of the lake, remove what nobody needs.")
    return {
        name: dg.define_asset_job(
            name, selection=selection, description=description, config=run_config(log), tags=RETRIES
        )
        for name, (selection, description) in jobs.items()
    }
