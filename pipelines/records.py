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
    HOST_PAUSED = "host_paused"
    FORBIDDEN_ADDRESS = "forbidden_address"
    BAD_REDIRECT = "bad_redirect"
    ROBOTS = "robots"
    OPTED_OUT = "opted_out"
    ERASED = "erased"
    TOO_LARGE = "too_large"
    BAD_ENCODING = "bad_encoding"
    NOT_HTML = "not_html"
    EMPTY_PAGE = "empty_page"
    NO_TEXT = "no_text"
    COOKIE_WALL = "cookie_wall"
    BAD_FEED = "bad_feed"
    BAD_LINK = "bad_link"
    EXCLUDED = "excluded"
    BAD_WARC_RECORD = "bad_warc_record"
    UNREADABLE_FILE = "unreadable_file"
    PARSER_ERROR = "parser_error"
    ANNOTATOR_ERROR = "annotator_error"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A link as one source lists it. `archive_date` is the UTC day under which the source lists it.

    `held_at` says where the page is to be had if not at `url` itself: at a web archive (an http(s) URL), in a file
    (`file:///…/page.html`), or in a record of a WARC file (`file:///…/x.warc.gz#offset`).
    """

    source_id: str
    url: str
    archive_date: date
    listed_at: datetime | None = None
    title: str | None = None
    held_at: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One fetched page as it came, and where it is kept. `body` is the payload without transfer and content coding."""

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


class PageFault(StrEnum):
    """What is wrong with a page that was read all the same, or why it gave no text."""

    NOT_HTML = "not_html"
    EMPTY = "empty"
    NO_TEXT = "no_text"
    COOKIE_WALL = "cookie_wall"
    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"
    UNDECODABLE_BYTES = "undecodable_bytes"
    BROKEN_JSON_LD = "broken_json_ld"
    FUTURE_DATE = "future_date"


class Precision(StrEnum):
    """How exactly a time is given."""

    DAY = "day"
    MINUTE = "minute"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class Witness:
    """What one place on the page says about one field: a headline, an author, a time as it is written there.

    `is_chosen`: the article's value was made from it.
    """

    field: str
    origin: str
    value: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Article:
    """What the parser read from one page.

    `text` holds the paragraphs in reading order, joined by a blank line. `published` and `modified` keep the zone
    the page gives; `origins` says for each filled field where its value stood ("json-ld", "opengraph", "time", …),
    `witnesses` what every place said. `faults` counts what is wrong with the page (bytes, scripts, characters; 1 for
    a fault that is there or not).
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
    published_precision: Precision | None = None
    modified_precision: Precision | None = None
    next_url: str | None = None
    is_live_blog: bool = False
    witnesses: tuple[Witness, ...] = ()
    faults: Mapping[PageFault, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceLog:
    """What one source gave on one archive date: counts of links and pages, and why the missing ones are missing."""

    source_id: str
    archive_date: date
    discovered: int = 0
    fetched: int = 0
    unchanged: int = 0
    duplicate: int = 0
    parsed: int = 0
    failures: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article with its identity and where it came from. One per page that held text.

    `article_id` hashes the canonical URL, `content_hash` title and text, `version_id` both: the same text found twice
    is one version, a corrected text under the same URL another.
    """

    article_id: str
    version_id: str
    content_hash: str
    source_id: str
    archive_date: date
    url: str
    fetched_at: datetime
    warc_file: str | None
    warc_offset: int | None
    article: Article


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of an article: offsets into its text, or into its title where `region` is the title.

    `sentence_no` counts from 1 over the whole text (0 is the title); `clause_no` counts from 0 within the sentence.
    """

    region: Region
    start_char: int
    end_char: int
    sentence_no: int
    clause_no: int
    rule_id: str


@dataclass(frozen=True, slots=True)
class Sentence(Span):
    """A sentence; its `clause_no` is always 0."""

    paragraph_no: int


@dataclass(frozen=True, slots=True)
class Clause(Span):
    """One unbroken stretch of a clause. A clause that another one interrupts has several stretches under one number."""

    kind: str


@dataclass(frozen=True, slots=True)
class Slot:
    """What stands around a name, as far as it tells which part the name plays in its sentence.

    `preposition` and `determiner` are the words that govern it, lower case, looked for behind appositions;
    `compound_head` is the rest of a compound ("Chef" of "VW-Chef"); `list_no` is shared by names joined by commas and
    "und"; `description` is the noun in apposition ("Chiphersteller").
    """

    preposition: str | None = None
    determiner: str | None = None
    compound_head: str | None = None
    is_genitive: bool = False
    list_no: int = 0
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Mention(Span):
    """A company's name in the text."""

    company_id: str
    surface: str
    slot: Slot


@dataclass(frozen=True, slots=True)
class ProposedCompany:
    """A company that is not in the register. `legal_name` if the article names its legal form."""

    company_id: str
    name: str
    legal_name: str | None
    rule_id: str


@dataclass(frozen=True, slots=True)
class Reference(Span):
    """A pronoun or a definite description that may stand for a company named elsewhere. `kind`: pronoun | possessive |
    description."""

    kind: str
    surface: str
    slot: Slot


@dataclass(frozen=True, slots=True)
class Person(Span):
    """A person's name; `name` is its fullest form in the article, `role` and `organisation_id` if they stand by it."""

    surface: str
    name: str
    role: str | None
    organisation_id: str | None


@dataclass(frozen=True, slots=True)
class SourceMention(Span):
    """A medium, agency, authority, association or research firm. `kind` is given where the lexicon does not know it."""

    source_id: str
    kind: str | None
    surface: str
    slot: Slot


@dataclass(frozen=True, slots=True)
class Speaker(Span):
    """A phrase that stands where the one who speaks stands, beside the word of saying at `cue_char`.

    `name` is what it is called, without determiner and adjectives; `head_char` ends its head without what modifies it;
    `noun_id` is the cue row of its head noun, where the lexicon has one.
    """

    name: str
    noun_id: str | None
    head_char: int
    cue_char: int


@dataclass(frozen=True, slots=True)
class Cue(Span):
    """A word of the cue lexicon. `end_char` ends its first part, `last_char` its last one ("stellt … ein")."""

    cue_id: str
    surface: str
    last_char: int


@dataclass(frozen=True, slots=True)
class MarketMention(Span):
    """A place or segment of the market lexicon."""

    market_id: str
    surface: str
    preposition: str | None


@dataclass(frozen=True, slots=True)
class Quantity(Span):
    """A number with its unit; `value` is written out in full (1.7 billion dollars: 1700000000, USD)."""

    surface: str
    value: float
    unit: str
    preposition: str | None


@dataclass(frozen=True, slots=True)
class TimeExpression(Span):
    """A stated time as a span of days, both ends included."""

    surface: str
    period_start: date
    period_end: date


@dataclass(frozen=True, slots=True)
class Quotation(Span):
    """What stands between quotation marks, without them."""

    word_count: int


@dataclass(frozen=True, slots=True)
class Annotations:
    """Everything the annotator found in one article version."""

    paragraphs: tuple[Paragraph, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    clauses: tuple[Clause, ...] = ()
    mentions: tuple[Mention, ...] = ()
    proposed_companies: tuple[ProposedCompany, ...] = ()
    references: tuple[Reference, ...] = ()
    persons: tuple[Person, ...] = ()
    source_mentions: tuple[SourceMention, ...] = ()
    speakers: tuple[Speaker, ...] = ()
    cues: tuple[Cue, ...] = ()
    market_mentions: tuple[MarketMention, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    times: tuple[TimeExpression, ...] = ()
    quotations: tuple[Quotation, ...] = ()
