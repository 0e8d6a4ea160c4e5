"""A worker of Celery: takes steps of runs from Redis and does them. `claimhouse worker` starts it.

`python -m assets.worker [--processes N]` works until it is told to end, and then ends what it has begun.
"""

import argparse
import os

from dagster_celery.executor import CeleryExecutor
from dagster_celery.make_app import make_app
from dagster_celery.tasks import create_task

from assets.executors import celery_options
from pipelines.logs import write_log
from pipelines.settings import BROKER, load_settings


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m assets.worker", description=__doc__)
    parser.add_argument("--processes", type=int, default=None, help="steps done side by side; default: `workers`")
    given = parser.parse_args()
    settings = load_settings()
    write_log(settings.log)
    address = os.environ[BROKER]
    options = celery_options(settings)
    app = make_app(CeleryExecutor.for_cli(broker=address, backend=address, config_source=options).app_args())
    create_task(app)
    count = given.processes or settings.file.workers
    name = f"claimhouse-{os.getpid()}@%h"
    app.worker_main(
        ["worker", "--hostname", name, "--concurrency", str(count), "--queues", "dagster", "--loglevel", "INFO"]
    )


if __name__ == "__main__":
    main()
