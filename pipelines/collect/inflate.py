"""Undoing content codings with a bound on what comes out. Knows gzip and deflate; nothing here touches the network.

`httpx.Response.iter_bytes` inflates a whole chunk at once, so a small bomb is in memory before its size can be seen.
"""

from __future__ import annotations

import zlib

from pipelines.records import Failure

ACCEPT_ENCODING = "gzip, deflate"
"""What we ask for: exactly what can be undone here, whatever else happens to be installed."""

GZIP_MAGIC = b"\x1f\x8b"
MAX_CODINGS = 2
"""Doubly encoded bodies exist (a proxy that compresses once more); longer chains are only seen in attacks."""


class BodyError(Exception):
    """A body that cannot be had: too large, or not in the coding it claims."""

    def __init__(self, failure: Failure, message: str) -> None:
        super().__init__(message)
        self.failure = failure


class _Stage:
    """One coding, undone piece by piece. A body that does not carry the coding it claims passes unchanged."""

    def __init__(self, coding: str, limit: int) -> None:
        self._coding, self._limit = coding, limit
        self._inflater: zlib._Decompress | None = None
        self._head = b""
        self._plain = False
        self._done = False
        self._produced = 0

    def feed(self, data: bytes, *, last: bool) -> bytes:
        if self._inflater is None and not self._plain:
            data, self._head = self._head + data, b""
            if len(data) < 2 and not last:
                self._head = data
                return b""
            self._begin(data)
        return data if self._plain else self._inflate(data, last)

    def _begin(self, data: bytes) -> None:
        if self._coding == "gzip":
            self._plain = not data.startswith(GZIP_MAGIC)
            self._inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
            return
        # "deflate" means zlib (RFC 9110), but many servers send the bare stream.
        wrapped = len(data) >= 2 and data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
        self._inflater = zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)

    def _inflate(self, data: bytes, last: bool) -> bytes:
        assert self._inflater is not None
        out: list[bytes] = []
        try:
            while data and not self._done:
                piece = self._inflater.decompress(data, self._limit - self._produced + 1)
                self._produced += len(piece)
                out.append(piece)
                if self._produced > self._limit:
                    raise BodyError(Failure.TOO_LARGE, f"more than {self._limit:,} bytes when decompressed")
                data = self._inflater.unconsumed_tail
                if self._inflater.eof:
                    data = self._next_member(self._inflater.unused_data)
        except zlib.error as error:
            raise BodyError(Failure.BAD_ENCODING, f"not valid {self._coding} data ({error})") from error
        if last and not self._done and not self._inflater.eof and self._produced + len(data):
            raise BodyError(Failure.BAD_ENCODING, f"{self._coding} data cut off")
        return b"".join(out)

    def _next_member(self, rest: bytes) -> bytes:
        """gzip may hold several members in a row; padding after the last one is let go."""
        if self._coding == "gzip" and rest.startswith(GZIP_MAGIC):
            self._inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
            return rest
        self._done = not (self._coding == "gzip" and not rest)
        return b""


class Inflater:
    """Undoes the codings of a `Content-Encoding` header, never giving out more than `limit` bytes at any stage."""

    def __init__(self, content_encoding: str | None, limit: int) -> None:
        names = [name.strip().lower() for name in (content_encoding or "").split(",")]
        codings = [name.removeprefix("x-") for name in names if name not in ("", "identity", "none", "utf-8")]
        unknown = [name for name in codings if name not in ("gzip", "deflate")]
        if unknown or len(codings) > MAX_CODINGS:
            raise BodyError(Failure.BAD_ENCODING, f"content coding '{content_encoding}' is not one we asked for")
        self._limit, self._produced = limit, 0
        self._stages = [_Stage(coding, limit) for coding in reversed(codings)]

    def feed(self, data: bytes, *, last: bool = False) -> bytes:
        for stage in self._stages:
            data = stage.feed(data, last=last)
        self._produced += len(data)
        if self._produced > self._limit:
            raise BodyError(Failure.TOO_LARGE, f"more than {self._limit:,} bytes")
        return data


def inflate(body: bytes, content_encoding: str | None, limit: int) -> bytes:
    """A whole body decoded; raises `BodyError`."""
    return Inflater(content_encoding, limit).feed(body, last=True)


def gunzip_if_gzip(body: bytes, limit: int) -> bytes:
    """Unpack a body that is a gzip file by its first bytes (`sitemap.xml.gz` comes with any content type)."""
    return inflate(body, "gzip", limit)
