"""dbt in a process of its own, in the folder of a home: `claimhouse-dbt ARGUMENTS`, with the home in the environment.

A home's profile names its warehouse from there, so it says the same in every home, and so does what dbt has parsed.
Without arguments it waits for them: importing dbt takes two seconds, in which whoever started it gets ready.
"""

import gc
import json
import os
import sys

HOME = "CLAIMHOUSE_DBT_HOME"


def main() -> None:
    """Run dbt with the arguments given, or with those in a line of JSON that comes, beside variables to set."""
    # dbt lives for seconds: looking for garbage rarely saves a tenth of them
    gc.disable()
    from dbt.cli.main import cli

    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()
    arguments = sys.argv[1:]
    if not arguments:
        line = sys.stdin.readline()
        if not line:
            return
        given = json.loads(line)
        os.environ.update(given["environment"])
        arguments = given["arguments"]
    os.chdir(os.environ[HOME])
    cli(arguments)
