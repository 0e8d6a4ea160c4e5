"""A server on loopback that keeps no rule of HTTP: a function for each path does with the connection as it likes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Script = Callable[[socket.socket, "HostileServer"], bool | None]
"""Answers one request. True keeps the connection open for another one."""

NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


class HostileServer:
    """`requests` holds the heads as they came; `connections` counts; `stop` is set when the test is over.

    Paths without a script, robots.txt among them, are 404.
    """

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.scripts: dict[str, Script] = {}
        self.requests: list[str] = []
        self.connections = 0
        self.stop = threading.Event()
        self._asked = threading.Condition()
        self._open: list[socket.socket] = []
        self._socket = socket.create_server((host, 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http://{host}:{self.port}"
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def answer(self, path: str, script: Script) -> str:
        """Have `script` answer `path`; the URL of it."""
        self.scripts[path] = script
        return self.url + path

    def send(self, path: str, body: bytes = b"", *headers: str, status: str = "200 OK") -> str:
        """Answer `path` with `body` and these header lines, and no others but Content-Length."""
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
        return self.send_raw(path, "\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    def send_raw(self, path: str, answer: bytes, *, keep: bool = True) -> str:
        def script(connection: socket.socket, server: HostileServer) -> bool:
            connection.sendall(answer)
            return keep

        return self.answer(path, script)

    def redirect(self, path: str, target: str, *headers: str) -> str:
        return self.send(path, b"", f"Location: {target}", *headers, status="302 Found")

    def paths(self) -> list[str]:
        return [head.split(" ", 2)[1] for head in self.requests]

    def wait_for(self, path: str, seconds: float = 5) -> None:
        """Until `path` has been asked for."""
        with self._asked:
            assert self._asked.wait_for(lambda: path in self.paths(), seconds), f"{path} was not asked for"

    def close(self) -> None:
        self.stop.set()
        for each in (self._socket, *self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive(), "a connection of the hostile server was never let go"

    def _accept(self) -> None:
        while not self.stop.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(0.05)
        with connection, suppress(OSError):
            while head := self._read_head(connection):
                with self._asked:
                    self.requests.append(head)
                    self._asked.notify_all()
                script = self.scripts.get(head.split(" ", 2)[1])
                if script is None:
                    connection.sendall(NOT_FOUND)
                elif not script(connection, self):
                    return

    def _read_head(self, connection: socket.socket) -> str:
        data = b""
        while not data.endswith(b"\r\n\r\n") and not self.stop.is_set():
            try:
                data += (more := connection.recv(65_536))
            except TimeoutError:
                continue
            if not more:
                return ""
        return data.decode("latin-1")


def drip(head: bytes, forever: bytes = b"x", interval: float = 0.1) -> Script:
    """Send `head`, then `forever` byte by byte, one an `interval` (seconds)."""

    def script(connection: socket.socket, server: HostileServer) -> None:
        connection.sendall(head)
        while not server.stop.wait(interval):
            connection.sendall(forever)

    return script


def pour(head: bytes, block: bytes) -> Script:
    """Send `head`, then `block` without end and as fast as it goes."""

    def script(connection: socket.socket, server: HostileServer) -> None:
        connection.sendall(head)
        while not server.stop.is_set():
            with suppress(TimeoutError):
                connection.sendall(block)

    return script


def stall(head: bytes) -> Script:
    """Send `head`, then nothing, and keep the connection."""

    def script(connection: socket.socket, server: HostileServer) -> None:
        connection.sendall(head)
        server.stop.wait()

    return script


@contextmanager
def hostile_server(host: str = "127.0.0.1") -> Iterator[HostileServer]:
    server = HostileServer(host)
    try:
        yield server
    finally:
        server.close()
