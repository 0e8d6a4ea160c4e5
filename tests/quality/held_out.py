"""Which labelled articles nobody looks at while writing rules: a third, chosen by a hash of the article's id."""

from __future__ import annotations

import hashlib

PARTS = 3


def is_held_out(article_id: str) -> bool:
    """Whether an article of the labelled corpora is only to be scored, never to be read or fitted to."""
    return int.from_bytes(hashlib.blake2b(article_id.encode(), digest_size=4).digest(), "big") % PARTS == 0
