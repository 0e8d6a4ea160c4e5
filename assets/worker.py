"""A worker of Celery: takes steps of runs from Redis and does them. `claimhouse worker` starts it.

`python -m assets.worker [--processes N] [--parts-only]` works until it is told to end, and then ends what it has begun.
"""

import argparse
import os

from dagster_celery.tasks import create_task

from assets.executors import PARTS, celery_app
from pipelines.logs import write_log
from pipelines.settings import load_settings


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m assets.worker", description=__doc__)
    parser.add_argument("--processes", type=int, default=None, help="steps done side by side; default: `workers`")
    parser.add_argument("--parts-only", action="store_true", help="only read and annotate parts of dates")
    given = parser.parse_args()
    settings = load_settings()
    write_log(settings.log)
    app = celery_app(settings)
    create_task(app)
    count = given.processes or settings.file.workers
    queues = PARTS if given.parts_only else f"dagster,{PARTS}"
    name = f"claimhouse-{os.getpid()}@%h"
    app.worker_main(
        ["worker", "--hostname", name, "--concurrency", str(count), "--queues", queues, "--loglevel", "INFO"]
    )


if __name__ == "__main__":
    main()
