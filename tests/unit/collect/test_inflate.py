"""Content codings undone piece by piece, under a bound, whatever the pieces are."""

import gzip
import random
import tracemalloc
import zlib
from contextlib import suppress
from functools import partial

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from pipelines.collect.web.inflate import ACCEPT_ENCODING, MAX_STREAMS, BodyError, Inflater, gunzip_if_gzip, inflate
from pipelines.records import Failure


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def br(data: bytes) -> bytes:
    return brotli.compress(data, quality=1)


ONE = {"gzip": partial(gzip.compress, compresslevel=1), "deflate": zlib.compress, "br": br, "zstd": zstd.compress}
PACK = {
    **ONE,
    "x-gzip": ONE["gzip"],
    "Deflate": raw_deflate,
    "deflate, gzip": lambda data: gzip.compress(zlib.compress(data), 1),
    "br, zstd": lambda data: zstd.compress(br(data)),
    "gzip, br": lambda data: br(gzip.compress(data, 1)),
    "identity": bytes,
}


def failure_of(body: bytes, coding: str, limit: int) -> Failure:
    with pytest.raises(BodyError) as caught:
        inflate(body, coding, limit)
    return caught.value.failure


def in_pieces(packed: bytes, coding: str, limit: int, size: int) -> bytes:
    inflater = Inflater(coding, limit)
    pieces = [inflater.feed(packed[at : at + size]) for at in range(0, len(packed), size)]
    return b"".join([*pieces, inflater.feed(b"", last=True)])


def test_what_we_ask_for_is_what_can_be_undone():
    assert sorted(ONE) == sorted(ACCEPT_ENCODING.split(", "))


@given(st.binary(max_size=2_000), st.sampled_from(sorted(PACK)), st.integers(1, 50))
def test_any_body_in_any_pieces_comes_out_as_it_was(body, coding, size):
    assert in_pieces(PACK[coding](body), coding, 2_000, size) == body


@pytest.mark.parametrize("coding", sorted(PACK))
@pytest.mark.parametrize("size", [1_000, 65_536, 10_000_000])
def test_a_body_longer_than_one_piece_comes_out_as_it_was(coding, size):
    body = random.Random(7).randbytes(1_000_000) + b"abc" * 600_000
    assert in_pieces(PACK[coding](body), coding, len(body), size) == body


@given(st.binary(max_size=300), st.sampled_from(sorted(PACK)), st.integers(1, 300))
def test_garbage_gives_bytes_or_a_body_error(body, coding, size):
    with suppress(BodyError):
        assert len(in_pieces(body, coding, 1_000, size)) <= 1_000


@given(st.sampled_from(sorted(ONE)), st.integers(0, 10_000), st.integers(1, 255), st.integers(1, 500))
def test_a_body_with_one_wrong_byte_gives_bytes_or_a_body_error(coding, at, change, size):
    packed = bytearray(ONE[coding](b"<p>The quick brown fox jumps over the lazy dog.</p>" * 40))
    packed[at % len(packed)] ^= change
    with suppress(BodyError):
        assert len(in_pieces(bytes(packed), coding, 5_000, size)) <= 5_000


@pytest.mark.parametrize("coding", sorted(PACK))
def test_the_limit_is_exact(coding):
    assert inflate(PACK[coding](b"x" * 1_000), coding, 1_000) == b"x" * 1_000
    assert failure_of(PACK[coding](b"x" * 1_001), coding, 1_000) is Failure.TOO_LARGE


@pytest.mark.parametrize("coding", sorted(ONE))
@pytest.mark.parametrize("kept", [0.1, 0.5, 0.99])
def test_a_body_that_is_cut_off_is_no_body(coding, kept):
    packed = ONE[coding](random.Random(3).randbytes(50_000))
    assert failure_of(packed[: int(len(packed) * kept)], coding, 100_000) is Failure.BAD_ENCODING
    assert failure_of(packed[:-1], coding, 100_000) is Failure.BAD_ENCODING


@pytest.mark.parametrize("coding", sorted(PACK))
def test_a_bomb_costs_little_more_than_the_limit(coding):
    limit = 2_000_000
    bomb = PACK[coding](bytes(30_000_000))
    tracemalloc.start()
    with pytest.raises(BodyError, match="more than 2,000,000 bytes"):
        in_pieces(bomb, coding, limit, 65_536)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2.6 * limit


@pytest.mark.parametrize("coding", sorted(ONE))
def test_a_bomb_in_a_bomb_stops_at_the_inner_one(coding):
    bomb = ONE[coding](gzip.compress(bytes(30_000_000), 1))
    assert failure_of(bomb, f"gzip, {coding}", 100_000) is Failure.TOO_LARGE


@pytest.mark.parametrize("coding", sorted(PACK))
@pytest.mark.parametrize("size", [100, 65_536, 10_000_000])
def test_of_a_bomb_the_beginning_can_be_had(coding, size):
    """Whatever the pieces in which it comes."""
    packed = PACK[coding](b"beginning" + bytes(3_000_000))
    inflater, parts = Inflater(coding, 1_000, cut=True), []
    for at in range(0, len(packed), size):
        parts.append(inflater.feed(packed[at : at + size]))
        if inflater.is_full:
            break
    assert inflater.is_full
    assert b"".join(parts) == b"beginning" + bytes(991)


def test_a_body_up_to_the_limit_is_whole_when_the_beginning_is_wanted():
    inflater = Inflater("gzip", 1_000, cut=True)
    assert inflater.feed(gzip.compress(b"x" * 999), last=True) == b"x" * 999
    assert not inflater.is_full


def test_a_zstd_window_beyond_8_mb_is_refused():
    body = random.Random(1).randbytes(1_000) * 20_000
    packed = zstd.compress(body, options={zstd.CompressionParameter.window_log: 25})
    assert failure_of(packed, "zstd", 30_000_000) is Failure.BAD_ENCODING


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
@pytest.mark.parametrize("size", [1, 7, 1_000_000])
def test_streams_in_a_row_are_one_body(coding, size):
    packed = ONE[coding](b"one ") + ONE[coding](b"") + ONE[coding](b"three")
    assert in_pieces(packed, coding, 100, size) == b"one three"


@pytest.mark.parametrize("size", [1, 7, 1_000_000])
def test_skippable_zstd_frames_are_skipped(size):
    skippable = b"\x53\x2a\x4d\x18\x03\x00\x00\x00abc"
    assert in_pieces(skippable + zstd.compress(b"x") + skippable, "zstd", 100, size) == b"x"


@pytest.mark.parametrize("coding", ["gzip", "deflate", "zstd"])
@pytest.mark.parametrize("padding", [b"\0", b"\0" * 600, b"\r\n", b"<!-- served by cache 3 -->"])
@pytest.mark.parametrize("size", [1, 7, 1_000_000])
def test_padding_after_the_last_stream_is_let_go(coding, padding, size):
    assert in_pieces(ONE[coding](b"body") + padding, coding, 100, size) == b"body"


def test_a_second_member_that_is_cut_off_is_no_body():
    assert failure_of(gzip.compress(b"one") + gzip.compress(b"two")[:-4], "gzip", 100) is Failure.BAD_ENCODING


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_streams_without_end_are_refused(coding):
    empty = ONE[coding](b"")
    assert inflate(empty * MAX_STREAMS, coding, 100) == b""
    assert failure_of(empty * 100_000, coding, 100) is Failure.BAD_ENCODING


@pytest.mark.parametrize("body", [b"", b"x", b"<html>plain"])
def test_a_body_that_claims_gzip_and_is_none_passes(body):
    assert inflate(body, "gzip", 100) == body


@pytest.mark.parametrize("coding", ["deflate", "br", "zstd"])
def test_a_body_that_claims_another_coding_and_is_none_does_not(coding):
    assert failure_of(b"<html>plain text, nothing packed", coding, 100) is Failure.BAD_ENCODING
    assert inflate(b"", coding, 100) == b""


def test_more_than_two_codings_are_refused():
    for codings in ("gzip, gzip, gzip", "br,br,br", "compress", "gzip, lzma"):
        with pytest.raises(BodyError, match="not one we asked for"):
            Inflater(codings, 10)


def test_a_gzip_file_is_known_by_its_first_bytes():
    assert gunzip_if_gzip(gzip.compress(b"<urlset/>"), 100) == b"<urlset/>"
    assert gunzip_if_gzip(b"<urlset/>", 100) == b"<urlset/>"
