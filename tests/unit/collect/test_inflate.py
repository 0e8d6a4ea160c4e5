"""Content codings undone piece by piece, under a bound, whatever the pieces are."""

import gzip
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.collect.inflate import BodyError, Inflater, gunzip_if_gzip, inflate
from pipelines.records import Failure

PACK = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "deflate, gzip": lambda data: gzip.compress(zlib.compress(data)),
    "identity": bytes,
}


@given(st.binary(max_size=2_000), st.sampled_from(sorted(PACK)), st.integers(1, 50))
def test_any_body_in_any_pieces_comes_out_as_it_was(body, coding, size):
    packed = PACK[coding](body)
    inflater = Inflater(coding, 2_000)
    pieces = [inflater.feed(packed[at : at + size]) for at in range(0, len(packed), size)]
    assert b"".join([*pieces, inflater.feed(b"", last=True)]) == body


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate"]))
def test_garbage_gives_bytes_or_a_body_error(body, coding):
    with suppress(BodyError):
        assert len(inflate(body, coding, 1_000)) <= 1_000


@pytest.mark.parametrize("coding", ["gzip", "deflate", "deflate, gzip", "identity"])
def test_the_limit_is_exact(coding):
    assert inflate(PACK[coding](b"x" * 1_000), coding, 1_000) == b"x" * 1_000
    with pytest.raises(BodyError) as caught:
        inflate(PACK[coding](b"x" * 1_001), coding, 1_000)
    assert caught.value.failure is Failure.TOO_LARGE


def test_more_than_two_codings_are_refused():
    with pytest.raises(BodyError, match="not one we asked for"):
        Inflater("gzip, gzip, gzip", 10)


def test_a_gzip_file_is_known_by_its_first_bytes():
    assert gunzip_if_gzip(gzip.compress(b"<urlset/>"), 100) == b"<urlset/>"
    assert gunzip_if_gzip(b"<urlset/>", 100) == b"<urlset/>"
