"""The records that pass from one step to the next, and nothing that acts on them.

A step is a function of these records. Offsets count Unicode code points and are half-open; times are aware
`datetime`s in UTC unless a field says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Region(StrEnum):
    """What a stretch of an article's text is; only the first five make claims."""

    TITLE = "title"
    LEAD = "lead"
    HEADING = "heading"
    BODY = "body"
    QUOTE = "quote"
    CAPTION = "caption"
    CREDIT = "credit"
    ADVERTISEMENT = "advertisement"
    PROMO = "promo"
    RELATED = "related"
    COMMENT = "comment"


class Failure(StrEnum):
    """Why something was discarded. Every discard is counted under one of these, in `collection_log.failures`."""

    TIMEOUT = "timeout"
    CONNECTION = "connection"
    HTTP_4XX = "http_4xx"
    HTTP_429 = "http_429"
    HTTP_5XX = "http_5xx"
    ROBOTS = "robots"
    TOO_LARGE = "too_large"
    BAD_ENCODING = "bad_encoding"
    NOT_HTML = "not_html"
    EMPTY_PAGE = "empty_page"
    NO_TEXT = "no_text"
    BAD_FEED = "bad_feed"
    BAD_LINK = "bad_link"
    BAD_WARC_RECORD = "bad_warc_record"
    UNREADABLE_FILE = "unreadable_file"
    PARSER_ERROR = "parser_error"
    ANNOTATOR_ERROR = "annotator_error"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A link as one source lists it. `archive_date` is the UTC day under which the source lists it."""

    source_id: str
    url: str
    archive_date: date
    listed_at: datetime | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One fetched page as it came, and where it is kept. `body` is the decoded payload (no transfer or content coding)."""

    source_id: str
    archive_date: date
    url: str
    status: int
    content_type: str | None
    body: bytes
    fetched_at: datetime
    warc_file: str | None = None
    warc_offset: int | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of an article: its place in `Article.text` and what it is."""

    start: int
    end: int
    region: Region
    rule_id: str


@dataclass(frozen=True, slots=True)
class Article:
    """What the parser read from one page.

    `text` holds the paragraphs in reading order, joined by a blank line. `published` and `modified` keep the zone
    the page gives; `origins` says for each filled field where its value stood ("json-ld", "opengraph", "time", …).
    """

    url: str | None
    title: str | None
    text: str
    paragraphs: tuple[Paragraph, ...] = ()
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    modified: datetime | None = None
    publisher: str | None = None
    language: str | None = None
    section: str | None = None
    canonical_url: str | None = None
    is_paywalled: bool = False
    credits: tuple[str, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceLog:
    """What one source gave on one archive date: counts of links and pages, and why the missing ones are missing."""

    source_id: str
    archive_date: date
    discovered: int = 0
    fetched: int = 0
    unchanged: int = 0
    duplicate: int = 0
    failures: Mapping[str, int] = field(default_factory=dict)
