"""Every answer one invented publisher can give, rendered once from its stories. Nothing here knows sockets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipelines.demo.stories import Publisher, Story

TEMPLATES = Path(__file__).parent / "templates"

RELATED = 3
"""Links to other stories under (and, in one layout, within) an article."""

ROBOTS = "User-agent: *\nDisallow: /intern/\nAllow: /\n"
SITEMAP = "application/xml"
"""The type of listings that robots.txt names; the front page names the others."""

FOUNDED = datetime(2026, 3, 1, tzinfo=UTC)
"""Since when the pages of a publisher without stories are as they are."""

INTERNAL = "/intern/redaktionsplan-maerz"


@dataclass(frozen=True, slots=True)
class Resource:
    """What stands under one path: bytes as sent, and the headers that belong to them."""

    body: bytes
    content_type: str
    last_modified: datetime

    @property
    def etag(self) -> str:
        return f'"{sha256(self.body).hexdigest()[:20]}"'


@dataclass(frozen=True, slots=True)
class Link:
    url: str
    headline: str
    listed: datetime


def render_site(publisher: Publisher, stories: tuple[Story, ...]) -> Mapping[str, Resource]:
    """Path with query → resource, for everything on this publisher's host. `stories` are ordered by `listed`."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    latest = max((story.changed for story in stories), default=FOUNDED)
    html = f"text/html; charset={publisher.charset}"

    def page(template: str, modified: datetime, **values: object) -> Resource:
        text = environment.get_template(template).render(publisher=publisher, **values)
        # A character the publisher's charset lacks becomes a reference, as content systems do.
        return Resource(text.encode(publisher.charset, "xmlcharrefreplace"), html, modified)

    site = {
        story.path: page(f"{publisher.id}.html", story.changed, story=story, related=related(story, stories))
        for story in stories
    }
    links = listing(publisher, stories)
    feed = environment.get_template(publisher.listing_template).render(
        publisher=publisher, links=links, summaries={s.url: s.summary for s in stories}, latest=latest
    )
    site[publisher.listing_path] = Resource(feed.encode(), publisher.listing_type, latest)
    is_sitemap = publisher.listing_type.startswith(SITEMAP)
    robots = ROBOTS + (f"Sitemap: {publisher.url}{publisher.listing_path}\n" if is_sitemap else "")
    site["/robots.txt"] = Resource(robots.encode(), "text/plain; charset=utf-8", FOUNDED)
    site["/"] = page("front.html", latest, heading=publisher.name, links=links[::-1])
    if publisher.id == "wirtschaftsbote":
        for day, of_day in archive(publisher, stories).items():
            site[f"/archiv/{day:%Y/%m/%d}"] = page("front.html", day, heading=f"Archiv {day:%d.%m.%Y}", links=of_day)
        site[INTERNAL] = page("front.html", latest, heading="Nur für die Redaktion", links=())
    return site


def listing(publisher: Publisher, stories: Iterable[Story]) -> tuple[Link, ...]:
    """What the publisher's feed or sitemap lists, the earliest first."""
    links = [Link(story.url, story.headline, story.listed) for story in stories]
    newest = max((link.listed for link in links), default=FOUNDED)
    links += [
        Link(publisher.url + more.path, more.headline, more.listed)
        for more in publisher.more_listings
        if more.listed <= newest
    ]
    return tuple(sorted(links, key=lambda link: (link.listed, link.url)))


def archive(publisher: Publisher, stories: Iterable[Story]) -> Mapping[datetime, tuple[Link, ...]]:
    """Stories by the UTC day under which they are listed; the key is that day's midnight."""
    days: dict[datetime, tuple[Link, ...]] = {}
    for story in stories:
        day = story.listed.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        days[day] = (*days.get(day, ()), Link(story.url, story.headline, story.listed))
    return days


def related(story: Story, stories: tuple[Story, ...]) -> tuple[Story, ...]:
    """The stories of the same publisher listed just before this one; for the first ones, those just after."""
    others = [other for other in stories if other.id != story.id and other.version == 1]
    before = [other for other in others if other.listed < story.listed]
    return tuple((before if len(before) >= RELATED else others[:RELATED])[-RELATED:])
