"""Undoing content codings with a bound on what comes out. Knows gzip, deflate, br and zstd; touches no network.

`httpx.Response.iter_bytes` inflates a whole chunk at once, so a small bomb is in memory before its size can be seen.
Here a coding gives its bytes out in pieces, the next coding takes them piece by piece, and all stop at the limit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

import brotli
from backports import zstd
from isal import isal_zlib

from pipelines.records import Failure

ACCEPT_ENCODING = "gzip, deflate, br, zstd"
"""What we ask for: exactly what can be undone here, whatever else happens to be installed."""

MAX_CODINGS = 2
"""Doubly encoded bodies exist (a proxy that compresses once more); longer chains are only seen in attacks."""

PIECE = 1 << 20
"""Bytes a coding gives out at once: most pages come in one piece, and a bomb is never further ahead than that."""

ZSTD_WINDOW_LOG = 23
"""8 MB, which is all that a sender may count on (RFC 9659); the format itself allows terabytes."""

GZIP_MAGIC = b"\x1f\x8b"
GZIP_WBITS, ZLIB_WBITS, RAW_WBITS = 31, 15, -15
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


class BodyError(Exception):
    """A body that cannot be had: too large, or not in the coding it claims."""

    def __init__(self, failure: Failure, message: str) -> None:
        super().__init__(message)
        self.failure = failure


class _Decoder(Protocol):
    """One stream of one coding. `ended` once it is whole; then `rest` is what came after its end."""

    @property
    def ended(self) -> bool: ...
    @property
    def rest(self) -> bytes: ...
    def pieces(self, data: bytes) -> Iterator[bytes]:
        """All that `data` gives, `PIECE` bytes or little more at a time."""
        ...


class _Deflate:
    def __init__(self, wbits: int) -> None:
        self._stream = isal_zlib.decompressobj(wbits)

    @property
    def ended(self) -> bool:
        return self._stream.eof

    @property
    def rest(self) -> bytes:
        return self._stream.unused_data

    def pieces(self, data: bytes) -> Iterator[bytes]:
        while True:
            yield (piece := self._stream.decompress(data, PIECE))
            data = self._stream.unconsumed_tail
            if self._stream.eof or (len(piece) < PIECE and not data):
                return


class _Brotli:
    """Not bound to `PIECE` to the byte: the library gives out its first 32 KB in any case."""

    rest = b""

    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    @property
    def ended(self) -> bool:
        return bool(self._stream.is_finished())

    def pieces(self, data: bytes) -> Iterator[bytes]:
        yield self._stream.process(data, output_buffer_limit=PIECE)
        while not self._stream.can_accept_more_data():
            yield self._stream.process(b"", output_buffer_limit=PIECE)


class _Zstd:
    def __init__(self) -> None:
        self._stream = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: ZSTD_WINDOW_LOG})

    @property
    def ended(self) -> bool:
        return self._stream.eof

    @property
    def rest(self) -> bytes:
        return self._stream.unused_data

    def pieces(self, data: bytes) -> Iterator[bytes]:
        yield self._stream.decompress(data, PIECE)
        while not (self._stream.eof or self._stream.needs_input):
            yield self._stream.decompress(b"", PIECE)


ERRORS = (isal_zlib.error, brotli.error, zstd.ZstdError)


class _Stage:
    """One coding, undone piece by piece, over as many streams as follow one another.

    Of gzip and zstd several may; padding after the last is let go. A body that claims gzip and is none passes
    unchanged, as browsers let it.
    """

    def __init__(self, coding: str) -> None:
        self._coding = coding
        self._decoder: _Decoder | None = None
        self._head = b""
        self._began = self._plain = self._done = False

    def pieces(self, data: bytes, *, last: bool) -> Iterator[bytes]:
        if not self._began:
            data, self._head = self._head + data, b""
            if len(data) < 2 and not last:
                self._head = data
                return
            self._began = bool(data)
            self._plain = self._coding == "gzip" and not data.startswith(GZIP_MAGIC)
        if self._plain:
            yield data
            return
        try:
            yield from self._decode(data)
        except ERRORS as error:
            raise BodyError(Failure.BAD_ENCODING, f"not valid {self._coding} data ({error})") from error
        if last and self._decoder is not None:
            raise BodyError(Failure.BAD_ENCODING, f"{self._coding} data cut off")

    def _decode(self, data: bytes) -> Iterator[bytes]:
        while data and not self._done:
            if self._decoder is None:
                if not self._follows(data):
                    return
                self._decoder = self._open(data)
            yield from self._decoder.pieces(data)
            if not self._decoder.ended:
                return
            data, self._decoder = self._decoder.rest, None
