"""A run of the job `reparse` for one date, as a process of its own: `python reparse.py DATE`. Prints what failed."""

import json
import sys
from datetime import date

import dagster as dg

from assets.definitions import build_definitions
from assets.execution import run_job
from assets.jobs import REPARSE
from pipelines.settings import load_settings


def main() -> None:
    day = date.fromisoformat(sys.argv[1])
    with dg.DagsterInstance.get() as instance:
        failed = run_job(build_definitions(load_settings()), REPARSE, instance, day, day)
    sys.stdout.write("\n" + json.dumps(failed) + "\n")


if __name__ == "__main__":
    main()
