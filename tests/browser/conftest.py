"""Dagster's web server on the demo's home, and Debian's Chromium to look at it. Both are ended by their process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from pipelines.demo import SOURCES
from pipelines.launch import dagster_environment
from pipelines.settings import ROOT, load_settings
from tests.servers import free_port

CHROMIUM = next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None)
START = 120.0
"""Seconds in which the web server must answer; it imports the definitions first."""


@pytest.fixture(scope="session")
def dagster_ui(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the web server, as `claimhouse ui` starts it, on the home of the demo."""
    port, log = free_port(), tmp_path_factory.mktemp("ui") / "webserver.log"
    command = [Path(sys.executable).with_name("dagster-webserver"), "-h", "127.0.0.1", "-p", str(port)]
    environment = dagster_environment(load_settings(demo_home, SOURCES, {}))
    with log.open("w") as file:
        process = subprocess.Popen(
            [*command, "-w", str(ROOT / "workspace.yaml")], env=environment, cwd=ROOT, stdout=file, stderr=file
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/server_info", process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(60)


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
        else:
            return
    raise AssertionError(f"the web server does not answer:\n{log.read_text()[-2000:]}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for one module of tests: while Playwright is open, this thread counts as inside an event loop, and
    what Dagster runs in the next module's tests could not start its own."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium: apt-get install -y chromium")
    with sync_playwright() as playwright:
        # A test may run as root, for whom Chromium has no sandbox; it sees nothing but our own server.
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that reaches this machine only."""
    opened = browser.new_page(viewport={"width": 1500, "height": 900})

    def only_here(route: Route) -> None:
        is_here = "://127.0.0.1:" in route.request.url
        (route.continue_ if is_here else route.abort)()

    opened.route("**/*", only_here)
    yield opened
    opened.close()


def keep_picture(page: Page, name: str) -> None:
    """With CLAIMHOUSE_PICTURES set, a screenshot for docs/pictures."""
    if folder := os.environ.get("CLAIMHOUSE_PICTURES"):
        page.wait_for_timeout(1500)  # for what moves
        page.screenshot(path=Path(folder) / f"{name}.png")
