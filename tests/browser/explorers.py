"""The explorer as `claimhouse explore` starts it, for the tests that look at its pages. Ended by its process."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

COMMAND = Path(sys.executable).with_name("claimhouse")
ADDRESS = re.compile(r"http://\S+")


@contextmanager
def explorer(home: Path, *arguments: str) -> Iterator[str]:
    """The address that the command prints, without the slash at its end; the token stays."""
    command = [COMMAND, "explore", "--home", home, "--port", "0", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    try:
        told = process.stdout.readline()
        found = ADDRESS.search(told)
        assert found, told + process.stdout.read()
        yield found[0].rstrip("/")
    finally:
        process.terminate()
        process.communicate(timeout=30)
