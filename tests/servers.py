"""Real servers for tests, from Debian's packages, on free loopback ports and in folders of their own. Ended by their
process."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.bounded import until

STARTED = 60
"""Seconds in which a server must be there."""
USER = "claimhouse"


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running PostgreSQL that trusts whoever comes over loopback."""

    port: int
    _binaries: Path

    def create(self, name: str) -> str:
        """A database of this name; returns its address."""
        command = [self._binaries / "createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", USER, name]
        subprocess.run(command, check=True, capture_output=True, timeout=STARTED)
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{name}"


@contextmanager
def postgres_server(folder: Path) -> Iterator[Postgres]:
    """A cluster in this folder while the block lasts. Skips the test where PostgreSQL is not installed."""
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not places:
        pytest.skip("needs PostgreSQL: apt-get install postgresql")
    binaries, port = places[-1], free_port()
    folder.mkdir(parents=True)
    owner = _as_postgres(folder) if os.getuid() == 0 else []
    data = folder / "data"
    initialised = [*owner, binaries / "initdb", "-D", data, "-A", "trust", "-U", USER, "--no-sync"]
    subprocess.run(initialised, check=True, capture_output=True, timeout=STARTED)
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    control = [*owner, binaries / "pg_ctl", "-D", data, "-w", "-t", str(STARTED)]
    subprocess.run([*control, "-o", options, "-l", folder / "log", "start"], check=True, stdout=subprocess.DEVNULL)
    try:
        yield Postgres(port, binaries)
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, stdout=subprocess.DEVNULL)


def _as_postgres(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: how to run as the user whom its package has made, whose the folder is."""
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        pytest.skip("needs the user postgres: apt-get install postgresql")
    os.chown(folder, user.pw_uid, user.pw_gid)
    for parent in folder.parents:  # pytest's folders are for their owner alone
        if parent.stat().st_uid == os.getuid() and parent != Path("/") and parent != Path("/tmp"):
            parent.chmod(parent.stat().st_mode | 0o011)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@dataclass
class Redis:
    """A Redis on a port of its own, which can be gone for a while."""

    port: int
    _folder: Path
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Begin with nothing in it."""
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", self._folder, "--save", ""]
        self._process = subprocess.Popen([*map(str, command)], stdout=subprocess.DEVNULL)
        until(self._answers, seconds=STARTED)

    def kill(self) -> None:
        """End it, with all that it holds."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@contextmanager
def redis_server(folder: Path) -> Iterator[Redis]:
    """A Redis while the block lasts. Skips the test where it is not installed."""
    if shutil.which("redis-server") is None:
        pytest.skip("needs Redis: apt-get install redis-server")
    folder.mkdir(parents=True)
    redis = Redis(free_port(), folder)
    try:
        redis.start()
        yield redis
    finally:
        redis.kill()


class _Refusing(BaseHTTPRequestHandler):
    def refuse(self) -> None:
        body = b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
        self.send_response(403)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = refuse  # noqa: N815 (http.server's names)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def refusing_store() -> Iterator[int]:
    """A store like S3 that gives us no right to anything; its port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Refusing) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()
