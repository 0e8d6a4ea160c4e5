"""What the page says about its article outside the body: each value with the place it came from, and what others say.

Headlines, names and times are chosen in `titles`, `bylines` and `published`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pipelines.parse.body.layout import Layout
from pipelines.parse.fields import jsonld
from pipelines.parse.fields.authors import people
from pipelines.parse.fields.bylines import shown_bylines, told_bylines
from pipelines.parse.fields.head import Head, absolute, host_of, origin_of
from pipelines.parse.fields.paging import next_page
from pipelines.parse.fields.places import Places
from pipelines.parse.fields.published import elect_time, modified_times, published_times, visible_time
from pipelines.parse.fields.titles import best_title
from pipelines.parse.text.characters import squeeze
from pipelines.parse.text.dates import parse_stamp, style_for
from pipelines.parse.text.language import declared_language
from pipelines.records import PageFault, Precision, Witness

PUBLISHER_META = tuple(
    ("og:site_name article:publisher application-name dc.publisher dcterms.publisher publisher copyright").split()
)
SECTION_META = tuple(
    ("article:section og:article:section cxenseparse:section parsely-section category section").split()
)
CLOSED_TIERS = frozenset(("locked", "metered", "premium", "paid", "subscription"))
"""Values of `article:content_tier` and its like that say a reader has to pay."""

MAX_NAMES_NOTED = 4

MAX_TITLE_CHARS = 1000
MAX_WITNESSES = 40
MAX_WITNESS_CHARS = 300


@dataclass(slots=True)
class Metadata:
    """The fields of `Article` that stand around the text, and the origin of each filled one."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()
    published: datetime | None = None
    modified: datetime | None = None
    published_precision: Precision | None = None
    modified_precision: Precision | None = None
    publisher: str | None = None
    language: str | None = None
    section: str | None = None
    canonical_url: str | None = None
    next_url: str | None = None
    is_paywalled: bool = False
    is_live_blog: bool = False
    origins: dict[str, str] = field(default_factory=dict)
    witnesses: tuple[Witness, ...] = ()
    faults: dict[PageFault, int] = field(default_factory=dict)


class _Testimony:
    """Fills `Metadata`: the first value of a field counts, all are kept as witnesses.

    `witnesses` has for each field, place and what it says there whether the field's value was made from it.
    """

    def __init__(self) -> None:
        self.found = Metadata()
        self.witnesses: dict[tuple[str, str, str], bool] = {}

    def says(self, name: str, origin: str, value: str | None) -> None:
        """A place says something about a text field."""
        if value and (value := squeeze(value)):
            self.note(name, origin, value)
            if getattr(self.found, name) is None:
                self.chosen(name, origin, value, [value])

    def note(self, name: str, origin: str, value: str) -> None:
        if len(self.witnesses) < MAX_WITNESSES:
            self.witnesses.setdefault((name, origin, value[:MAX_WITNESS_CHARS]), False)

    def chosen(self, name: str, origin: str, value: object, said: Iterable[str] = ()) -> None:
        """Give a field its value in place of any before; `said` is what it was made from, as the place says it."""
        if not value:
            return
        if name in self.found.origins:
            self.witnesses.update({key: False for key in self.witnesses if key[0] == name})
        setattr(self.found, name, value)
        self.found.origins[name] = origin
        for words in said:
            self.witnesses[name, origin, words[:MAX_WITNESS_CHARS]] = True


def read_metadata(head: Head, layout: Layout, known: Mapping[str, Sequence[str]] | None = None) -> Metadata:
    """Everything but the text. `language` may stay empty: the text decides then.

    `known` is what an override reads of the page (title, authors, published); it outdoes all other places.
    """
    testimony = _Testimony()
    found = testimony.found
    _read_language(testimony, head)
    _read_publisher(testimony, head)
    testimony.says("section", "json-ld", head.said("articleSection"))
    for name in SECTION_META:
        testimony.says("section", origin_of(name), head.meta.get(name))
    testimony.says("canonical_url", "link", absolute(head.canonical, head.url))
    testimony.says("canonical_url", "opengraph", absolute(head.meta.get("og:url"), head.url))
    _read_title(testimony, head)
    places = Places(layout, known["title"][0] if known and "title" in known else found.title)
    _read_times(testimony, head, places)
    _read_authors(testimony, head, places)
    _read_access(testimony, head)
    if known:
        _read_known(testimony, head, known)
    found.next_url = next_page(head.next_links, head.url or found.canonical_url)
    if head.broken_scripts:
        found.faults[PageFault.BROKEN_JSON_LD] = head.broken_scripts
    found.witnesses = tuple(Witness(*said, is_chosen) for said, is_chosen in testimony.witnesses.items())
    return found


def _read_language(testimony: _Testimony, head: Head) -> None:
    for origin, value in (
        ("html", head.language_tag),
        ("json-ld", head.said("inLanguage")),
        ("opengraph", head.meta.get("og:locale")),
        ("meta", head.meta.get("content-language") or head.meta.get("language") or head.meta.get("dc.language")),
    ):
        testimony.says("language", origin, declared_language(value))


def _read_publisher(testimony: _Testimony, head: Head) -> None:
    for thing in jsonld.resolve(head.article.get("publisher"), head.things)[:1]:
        name = jsonld.text_of(thing)
        testimony.says("publisher", "json-ld", None if name and "://" in name else name)
    for name in PUBLISHER_META:
        value = head.meta.get(name)
        if value and "://" not in value and len(value) < 100:
            testimony.says("publisher", origin_of(name), value)


def _read_title(testimony: _Testimony, head: Head) -> None:
    said = [
        (origin, text)
        for origin, value in (
            ("json-ld", head.said("headline")),
            ("opengraph", head.meta.get("og:title") or head.meta.get("twitter:title")),
            ("title", head.document_title),
        )
        if value and (text := squeeze(value[:MAX_TITLE_CHARS]))
    ]
    url = head.url or testimony.found.canonical_url or ""
    site = testimony.found.publisher
    title, origin = best_title(head.headings, said, site, host_of(url), url)
    shown = [("h1", heading.text) for heading in head.headings]
    for place, value in [*shown[:2], *said]:
        testimony.note("title", place, value)
    if title:  # what has least around it: the site's name, a date, entities may have been taken away
        words = [value for place, value in [*shown, *said] if place == origin]
        testimony.chosen("title", origin, title, [min(words, key=lambda value: (title not in value, len(value)))])


def _read_times(testimony: _Testimony, head: Head, places: Places) -> None:
    found = testimony.found
    style = style_for(head.language_tag or head.meta.get("og:locale") or found.language)
    published = published_times(head, places, style)
    modified = list(modified_times(head, places, style))
    if not published and (seen := visible_time(places, style)):
        published.append(seen)
    for name, times in (("published", published), ("modified", modified)):
        for origin, stamp in times:
            testimony.note(name, origin, stamp.moment.isoformat())
    if not published:
        published = [("modified", stamp) for _, stamp in modified[:1]]
    if published:
        (origin, told), stamp = elect_time(published, style)
        testimony.chosen("published", origin, stamp.moment, [told.moment.isoformat()])
        found.published_precision = stamp.precision
    if modified:
        moment = modified[0][1].moment
        testimony.chosen("modified", modified[0][0], moment, [moment.isoformat()])
        found.modified_precision = modified[0][1].precision


def _read_authors(testimony: _Testimony, head: Head, places: Places) -> None:
    """Authors of the first place that names a person; agencies and photographers of all places before it."""
    found = testimony.found
    host, house = head.host or host_of(found.canonical_url), found.publisher
    if jsonld.is_persons_site(head.things):
        host = house = ""
    credits: dict[str, None] = {}
    for is_shown, places_found in ((False, told_bylines(head)), (True, shown_bylines(places))):
        for origin, names, is_named in places_found:
            for name in names[:MAX_NAMES_NOTED]:
                testimony.note("authors", origin, squeeze(name))
            if found.authors:
                continue
            persons, others = people(names, house, host, is_named=is_named)
            persons = tuple(name for name in persons if " " in name or not places.links_elsewhere(name))
            credits.update(dict.fromkeys(others))
            # What only machines are told is the account that filed the article, not who is named as its author.
            if persons and (is_shown or any(map(places.shows, persons[:2]))):
                testimony.chosen("authors", origin, persons, _naming(persons, names, is_named))
                if is_shown:
                    break
        if found.authors:
            break
    testimony.chosen("credits", "byline", tuple(credits))


def _naming(persons: Sequence[str], values: list[str], is_named: bool) -> list[str]:
    """Those of the values that name one of the persons, squeezed."""
    said = values[:MAX_WITNESSES]
    return [squeeze(value) for value in said if not {*persons}.isdisjoint(people([value], is_named=is_named)[0])]


def _read_access(testimony: _Testimony, head: Head) -> None:
    found = testimony.found
    tier = head.meta.get("article:content_tier") or head.meta.get("og:article:content_tier") or ""
    if jsonld.is_closed(head.article):
        testimony.chosen("is_paywalled", "json-ld", True)
    elif tier.lower() in CLOSED_TIERS:
        testimony.chosen("is_paywalled", "opengraph", True)
    if head.is_live_blog:
        testimony.chosen("is_live_blog", "json-ld", True)
    elif "liveblog" in head.meta.get("og:type", "").lower().replace("_", "").replace(" ", ""):
        testimony.chosen("is_live_blog", "opengraph", True)
    found.is_paywalled = bool(found.is_paywalled)


def _read_known(testimony: _Testimony, head: Head, known: Mapping[str, Sequence[str]]) -> None:
    for name, values in known.items():
        for value in values[:MAX_NAMES_NOTED]:
            testimony.note(name, "publisher", value)
    title, authors = known.get("title", ("",))[0], [*known.get("authors", ())]
    testimony.chosen("title", "publisher", title[:MAX_TITLE_CHARS], [title])
    persons = people(authors, is_named=True)[0]
    testimony.chosen("authors", "publisher", persons, _naming(persons, authors, is_named=True))
    style = style_for(head.language_tag or head.meta.get("og:locale") or testimony.found.language)
    published = known.get("published", ("",))[0]
    if stamp := parse_stamp(published, style):
        testimony.chosen("published", "publisher", stamp.moment, [published])
        testimony.found.published_precision = stamp.precision
