"""robots.txt as RFC 9309 wants it read: what a status means, how much is read, which agent we are. Does not fetch."""

from __future__ import annotations

import re
from dataclasses import dataclass

from protego import Protego

MAX_ROBOTS_BYTES = 500 * 1024
"""RFC 9309, 2.5: at least 500 KiB must be parsed; what follows is ignored."""

MAX_CRAWL_DELAY = 30.0
"""Seconds. A longer Crawl-delay is honoured up to here: a day's run must end."""

PRODUCT = re.compile(r"^(?:Mozilla/\S+ \(compatible; )?([A-Za-z_-]+)")

VERSION = re.compile(r"^([ \t]*user-?agent[ \t]*:[ \t]*[a-z_-]+)/[^\s#]*", re.IGNORECASE | re.MULTILINE)
"""Behind a product token (`User-agent: claimhouse/1.0`). It is no part of the token, and who writes it means us."""


def product_token(user_agent: str) -> str:
    """The name robots.txt groups are matched with: `claimhouse` of `claimhouse/0.1 (…)` (RFC 9309, 2.2.1)."""
    match = PRODUCT.match(user_agent)
    return match.group(1) if match else user_agent


@dataclass(frozen=True, slots=True)
class Rules:
    """What one origin lets us do. Without `parsed` everything is allowed."""

    token: str
    parsed: Protego | None = None

    def allows(self, url: str) -> bool:
        return self.parsed is None or self.parsed.can_fetch(url, self.token)

    @property
    def crawl_delay(self) -> float:
        """Seconds, 0 where nothing is asked."""
        delay = self.parsed.crawl_delay(self.token) if self.parsed else None
        return min(max(delay or 0.0, 0.0), MAX_CRAWL_DELAY)


def read_rules(body: bytes, token: str) -> Rules:
    """Rules from the bytes of a robots.txt; a line cut by the size limit is dropped, not read as a shorter rule."""
    if len(body) > MAX_ROBOTS_BYTES:
        body = body[:MAX_ROBOTS_BYTES].rpartition(b"\n")[0]
    text = VERSION.sub(r"\1", body.decode("utf-8-sig", errors="replace"))
    return Rules(token, Protego.parse(text))
