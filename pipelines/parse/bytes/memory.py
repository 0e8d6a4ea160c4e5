"""Giving memory back after a large page."""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable

LARGE_PAGE = 2_000_000
"""Bytes from which on a page leaves so much freed memory behind that it is worth the 10 ms to give it back."""


def give_back() -> None:
    """Return freed memory to the system. The GNU C library keeps what lies between pieces in use until it is told;
    other libraries see to it themselves."""
    if trim := _malloc_trim():
        trim(0)


@functools.cache
def _malloc_trim() -> Callable[[int], int] | None:
    try:
        trim: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # musl, macOS; Windows has no CDLL(None)
        return None
    return trim
