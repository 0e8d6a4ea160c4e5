"""A fast HTTP server for measuring: pages of about 100 KB, and any number of small ones, on 50 loopback hosts.

`python -m benchmarks.press` prints its port as the first line and serves until it is ended.
"""

from __future__ import annotations

import asyncio
import random
import sys

HOSTS = 50
PAGES_PER_HOST = 40
PAGE_BYTES = 100_000
SYLLABLES = "an be con de el for ge ha in ko la mar ne or pro que re sta ti un ver wa zo".split()
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
ROBOTS = b"User-agent: *\nDisallow: /intern/\nDisallow: /*?print=\nAllow: /\n"


def hosts() -> list[str]:
    """Addresses of 127.0.0.0/8: each counts as a host of its own."""
    return [f"127.0.0.{number}" for number in range(2, 2 + HOSTS)]


def page(number: int) -> bytes:
    """A page that compresses like a news page (to about a quarter): invented words in the usual markup."""
    source = random.Random(number)
    words = ["".join(source.choices(SYLLABLES, k=source.randint(1, 4))) for _ in range(1_200)]
    parts = [f"<!doctype html><html lang=en><head><title>Page {number}</title></head><body><main>"]
    size = len(parts[0])
    while size < PAGE_BYTES:
        text = " ".join(source.choices(words, k=60))
        parts.append(f'<p class="story-text" data-id="{source.getrandbits(32):08x}">{text}</p>\n')
        size += len(parts[-1])
    return ("".join(parts) + "</main></body></html>").encode()


def response(body: bytes, kind: str) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Connection(asyncio.Protocol):
    """Answers each request head with what its path names; keeps the connection."""

    def __init__(self, answers: dict[bytes, bytes]) -> None:
        self._answers, self._received = answers, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1]
            answer = self._answers.get(b"/small" if path.startswith(b"/small/") else path, NOT_FOUND)
            self._transport.write(answer)  # type: ignore[attr-defined]  # a stream's transport


async def serve() -> None:
    answers = {f"/page/{n}.html".encode(): response(page(n), "text/html") for n in range(PAGES_PER_HOST)}
    answers[b"/small"] = response(b"<html><title>Small</title><p>As small as a page can be.</p></html>", "text/html")
    answers[b"/robots.txt"] = response(ROBOTS, "text/plain")
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(answers), hosts()[0], 0)
    port = server.sockets[0].getsockname()[1]
    others = [await loop.create_server(lambda: Connection(answers), host, port) for host in hosts()[1:]]
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await asyncio.gather(*(each.serve_forever() for each in (server, *others)))


if __name__ == "__main__":
    asyncio.run(serve())
