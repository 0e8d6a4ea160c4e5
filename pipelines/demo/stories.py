"""The invented publishers and their stories as records, read from `stories/`. Nothing here knows HTML or HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import yaml

STORIES = Path(__file__).parent / "stories"

HEADING = "## "
"""A paragraph of a story's file that begins so is a subheading."""

UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
"""As publishers write them in addresses."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A link that a publisher's feed or sitemap lists although no article can be had under it."""

    path: str
    headline: str
    listed: datetime


@dataclass(frozen=True, slots=True)
class Publisher:
    """One invented publisher. `article_path` takes a story's `year`, `month`, `day`, `section` and `id`."""

    id: str
    name: str
    language: str
    charset: str
    article_path: str
    listing_path: str
    listing_template: str
    listing_type: str
    more_listings: tuple[Listing, ...] = ()

    @property
    def host(self) -> str:
        return f"{self.id}.example"

    @property
    def url(self) -> str:
        return f"http://{self.host}"


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph as it is set."""

    kind: Literal["lead", "heading", "body"]
    text: str


@dataclass(frozen=True, slots=True)
class Story:
    """One version of one story. All times are aware.

    A corrected version either has an address and a `version` of its own, and the later `listed`; or it replaces the
    earlier one under its address, and says when by `modified`. `appeared` is later than `listed` where a publisher
    lists a story only some time after the date that it gives it.
    """

    publisher: Publisher
    id: str
    headline: str
    author: str
    section: str
    published: datetime
    listed: datetime
    version: int
    body: tuple[str, ...]
    lead: str | None = None
    photo_caption: str | None = None
    photo_credit: str | None = None
    dateline: str | None = None
    modified: datetime | None = None
    appeared: datetime | None = None

    @property
    def changed(self) -> datetime:
        """Since when the text is as it is."""
        return self.modified or self.listed

    @property
    def out_from(self) -> datetime:
        """Since when readers can have this version."""
        return self.appeared or self.changed

    @property
    def canonical_path(self) -> str:
        at = self.published
        section = self.section.lower().translate(UMLAUTS)
        return self.publisher.article_path.format(
            year=at.year, month=f"{at.month:02}", day=f"{at.day:02}", section=section, id=self.id
        )

    @property
    def path(self) -> str:
        """Path and query under which this version is served."""
        return self.canonical_path + (f"?fassung={self.version}" if self.version > 1 else "")

    @property
    def canonical_url(self) -> str:
        return self.publisher.url + self.canonical_path

    @property
    def url(self) -> str:
        return self.publisher.url + self.path

    @property
    def blocks(self) -> tuple[Block, ...]:
        """What a reader reads as the article: lead, then body with the agency's dateline before it."""
        first = f"{self.dateline} - {self.body[0]}" if self.dateline else self.body[0]
        lead = (Block("lead", self.lead),) if self.lead else ()
        return (*lead, *(_block(paragraph) for paragraph in (first, *self.body[1:])))

    @property
    def summary(self) -> str:
        return self.lead or self.body[0]

    @property
    def text(self) -> str:
        return "\n\n".join(block.text for block in self.blocks)


PUBLISHERS = (
    Publisher(
        id="wirtschaftsbote",
        name="Rheinischer Wirtschaftsbote",
        language="de",
        charset="utf-8",
        article_path="/{section}/{year}/{month}/{day}/{id}",
        listing_path="/feed.rss",
        listing_template="feed.rss",
        listing_type="application/rss+xml; charset=utf-8",
        # robots.txt forbids /intern/: a collector must count this one and leave it alone.
        more_listings=(
            Listing(
                "/intern/redaktionsplan-maerz",
                "Redaktionsplan März",
                datetime.fromisoformat("2026-03-05T06:00:00+01:00"),
            ),
        ),
    ),
    Publisher(
        id="technikspiegel",
        name="Technikspiegel Nord",
        language="de",
        charset="windows-1252",
        article_path="/artikel/{id}",
        listing_path="/atom.xml",
        listing_template="atom.xml",
        listing_type="application/atom+xml; charset=utf-8",
    ),
    Publisher(
        id="harbourledger",
        name="The Harbour Ledger",
        language="en",
        charset="utf-8",
        article_path="/{year}/{month}/{day}/{id}",
        listing_path="/news-sitemap.xml",
        listing_template="news-sitemap.xml",
        listing_type="application/xml; charset=utf-8",
        # Withdrawn after publication: answers 404.
        more_listings=(
            Listing(
                "/2026/03/08/harbour-dues-explained",
                "Harbour dues explained",
                datetime.fromisoformat("2026-03-08T16:00:00+00:00"),
            ),
        ),
    ),
)


def all_stories() -> tuple[Story, ...]:
    """Every version of every story of all publishers, the earliest listed first."""
    stories = (story for publisher in PUBLISHERS for story in read_stories(publisher))
    return tuple(sorted(stories, key=lambda story: (story.listed, story.id)))


def read_stories(publisher: Publisher, folder: Path = STORIES) -> tuple[Story, ...]:
    """All versions of all stories of one publisher, the earliest listed first."""
    stories = (read_story(publisher, path) for path in (folder / publisher.id).glob("*.md"))
    return tuple(sorted(stories, key=lambda story: (story.listed, story.id)))


def read_story(publisher: Publisher, path: Path) -> Story:
    """One file: YAML front matter between two lines of `---`, then paragraphs separated by blank lines."""
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    fields = yaml.safe_load(front)
    published = datetime.fromisoformat(fields["published"])
    photo = fields.get("photo") or {}
    return Story(
        publisher=publisher,
        id=fields["id"],
        headline=fields["headline"],
        author=fields["author"],
        section=fields["section"],
        published=published,
        listed=datetime.fromisoformat(fields.get("corrected", fields["published"])),
        version=fields.get("version", 1),
        body=tuple(_paragraphs(body)),
        lead=fields.get("lead"),
        photo_caption=photo.get("caption"),
        photo_credit=photo.get("credit"),
        dateline=fields.get("dateline"),
    )


def _block(paragraph: str) -> Block:
    if paragraph.startswith(HEADING):
        return Block("heading", paragraph.removeprefix(HEADING))
    return Block("body", paragraph)


def _paragraphs(body: str) -> Iterator[str]:
    for block in body.split("\n\n"):
        if block.strip():
            yield " ".join(block.split())
