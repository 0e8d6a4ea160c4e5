"""When the article was published and changed: which of the times on the page count.

How times are written is `dates`' business.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, timedelta, timezone
from itertools import chain

from pipelines.parse.body.layout import Block, Marked
from pipelines.parse.fields.head import Head, origin_of
from pipelines.parse.fields.places import BEHIND, Names, Places
from pipelines.parse.text.dates import DAY, DateStyle, Stamp, is_date_line, parse_stamp, parse_url_date, parse_visible
from pipelines.records import Precision

PUBLISHED_META = tuple(
    (
        "article:published_time og:article:published_time datepublished article:published og:published_time "
        "parsely-pub-date sailthru.date pubdate publishdate publish-date publish_date publication_date "
        "published_time cxenseparse:recs:publishtime cxenseparse:publishtime bt:pubdate article.published "
        "article_date_original citation_publication_date citation_date vr:published_time "
        "shareaholic:article_published_time rnews:datepublished originalpublicationdate"
    ).split()
)
GENERIC_META = ("date", "datecreated", "created", "last-modified-original")
PAGE_META = tuple(
    "dc.date.issued dcterms.issued dcterms.created dc.date.created dcterms.date dc.date dc.created".split()
)
"""Names under which content systems date the page as they file it, which need not be the day the article came out."""
MODIFIED_META = tuple(
    (
        "article:modified_time og:updated_time datemodified last-modified dcterms.modified article:updated "
        "lastmod dc.date.modified shareaholic:article_modified_time"
    ).split()
)
PUBLISHED_KEYS = ("datePublished", "dateCreated", "uploadDate")

DECLARED = ("datePublished", "dateCreated")

MAX_DATE_CHARS = 120
"""Characters of an element that dates the article and says little else."""
MAX_LABEL_CHARS, MAX_LINE_CHARS = 60, 160
"""Characters of a line that only dates the article, and of a line that may date it."""
QUARTER, MAX_OFFSET = timedelta(minutes=15), timedelta(hours=14)
"""Zones lie whole quarters of an hour apart."""
BEFORE = 4
"""Blocks before the headline in which a date without markup is looked for."""
MAX_DATED_BLOCKS = 1000
"""Blocks of a page among which any short line is looked at for a date."""

Found = tuple[str, Stamp]
"""The place a time stood in, and the time."""


def published_times(head: Head, places: Places, style: DateStyle) -> list[Found]:
    """Times of publication, the most trustworthy first. Text without markup comes only after all the rest."""
    told = list(_told_times(head, style))
    marks = _Marks(places)
    times = [*told, *marks.times(style), *_from_meta(head, GENERIC_META, style)]
    days = {stamp.moment.date() for _, stamp in times}
    # Names that only sound like dates are not asked where two places agree and the zone is given.
    if len(told) < 2 or len(days) > 1 or not told[0][1].moment.utcoffset():
        times.extend(marks.classes(style))
    times.extend(_from_meta(head, PAGE_META, style))
    if stamp := parse_url_date(head.url, style):
        times.append(("url", stamp))
    return times


def _told_times(head: Head, style: DateStyle) -> Iterator[Found]:
    for key in PUBLISHED_KEYS:
        if stamp := parse_stamp(head.said(key), style):
            yield "json-ld", stamp
    yield from _from_meta(head, PUBLISHED_META, style)
    if not head.article:
        for thing in head.things:
            value = thing.get("datePublished")
            if isinstance(value, str) and (stamp := parse_stamp(value, style)):
                yield "json-ld", stamp


def visible_time(places: Places, style: DateStyle) -> Found | None:
    """A date written near the headline, else in any short line of the page; lines that say little else come first."""
    start, blocks = places.start, places.layout.blocks
    around: list[Block] = []
    if start is not None:
        around = [*blocks[start : start + 1 + BEHIND], *blocks[max(0, start - BEFORE) : start]]
    near = [block.text[:MAX_LINE_CHARS] for block in around if not places.is_apart(block.box)]
    lines = [
        block for block in blocks[:MAX_DATED_BLOCKS] if len(block.text) < MAX_LINE_CHARS and DAY.search(block.text)
    ]
    labels = (block for block in lines if len(block.text) < MAX_LABEL_CHARS and not places.is_apart(block.box))
    for text in chain(
        (text for text in near if len(text) < MAX_LABEL_CHARS),
        (block.text for block in labels if is_date_line(block.text)),
        near,
        (block.text for block in lines),
    ):
        if stamp := parse_visible(text, style):
            return "text", stamp
    return None


def modified_times(head: Head, places: Places, style: DateStyle) -> Iterator[Found]:
    """Times of the last change, the most trustworthy first."""
    if stamp := parse_stamp(head.said("dateModified"), style):
        yield "json-ld", stamp
    yield from _from_meta(head, MODIFIED_META, style)
    for mark in places.layout.marked:
        if mark.attributes.get("itemprop") == "dateModified" and (stamp := _stamp_of(mark, style)):
            yield "time", stamp


def elect_time(times: list[Found], style: DateStyle) -> tuple[Found, Stamp]:
    """The place and time that count, and that time in the house's zone: the first one, unless more places name
    another day than name the first's."""
    first = times[0][1]
    if all(stamp.moment.date() == first.moment.date() for _, stamp in times):
        return times[0], first
    local = _in_local_zone(first, times[1:], style)
    days = Counter(stamp.moment.date() for _, stamp in {(where, s.moment): (where, s) for where, s in times}.values())
    day, count = days.most_common(1)[0]
    if day != local.moment.date() and count > days[first.moment.date()]:
        found = next(found for found in times if found[1].moment.date() == day)
        return found, found[1]
    return times[0], local


def _in_local_zone(stamp: Stamp, others: list[Found], style: DateStyle) -> Stamp:
    """The time in the house's zone if the page gives it in UTC only and other places name the house's day.

    2020-02-25T02:25:54Z on a page that says "February 24, 2020 | 9:25pm" came out on the 24th, five hours west of
    UTC; with /2020/02/24/ in the address, and nothing else, it is tried in the zone of the page's language.
    """
    moment = stamp.moment
    if moment.utcoffset() != timedelta(0) or stamp.precision is Precision.DAY:
        return stamp
    for place, (other, precision) in others:
        if place == "json-ld" or other.date() == moment.date() or abs(other.date() - moment.date()) > timedelta(days=1):
            continue
        if precision is Precision.DAY or style.zone is not UTC:
            local = moment.astimezone(style.zone)
        else:
            offset = other.replace(tzinfo=UTC) - moment.replace(second=0, microsecond=0)
            quarters = round(offset / QUARTER)
            if abs(offset - quarters * QUARTER) > timedelta(minutes=1) or abs(offset) > MAX_OFFSET:
                continue
            local = moment.astimezone(timezone(quarters * QUARTER))
        if local.date() == other.date():
            return Stamp(local, stamp.precision)
    return stamp


def _from_meta(head: Head, names: tuple[str, ...], style: DateStyle) -> Iterator[Found]:
    for name in names:
        if name in head.meta and (stamp := parse_stamp(head.meta[name], style)):
            yield origin_of(name), stamp


class _Marks:
    """Elements made for dates, those near the headline first."""

    def __init__(self, places: Places) -> None:
        self.declared: list[Marked] = []
        self.others: list[Marked] = []
        for mark, names in places.marked.items():
            kind = mark.attributes.get("itemprop")
            if _is_dated(mark, kind, names):
                if kind in DECLARED:
                    self.declared.append(mark)
                elif not kind:
                    self.others.append(mark)
        self.others.sort(key=lambda mark: not places.is_near(mark))
        self.start = places.start or 0

    def times(self, style: DateStyle) -> Iterator[Found]:
        """The first date in an element that is a date by its kind: `itemprop=datePublished`, `<time>`."""
        for mark in (*self.declared, *(mark for mark in self.others if mark.tag == "time")):
            if stamp := _stamp_of(mark, style):
                yield "time", stamp
                return

    def classes(self, style: DateStyle) -> Iterator[Found]:
        """The first date in an element whose name only sounds like one."""
        for mark in self.others:
            if mark.tag != "time" and mark.at >= self.start - BEFORE and (stamp := _stamp_of(mark, style)):
                yield "class", stamp
                return


def _is_dated(mark: Marked, kind: str | None, names: Names) -> bool:
    """Whether the element bears a date that is not said to be that of a change."""
    if mark.tag == "time":
        return not names.is_update
    return kind in DECLARED or (mark.tag != "meta" and names.is_date)


def _stamp_of(mark: Marked, style: DateStyle) -> Stamp | None:
    attributes = mark.attributes
    written = attributes.get("datetime") or attributes.get("content")
    if mark.tag in ("time", "abbr"):
        written = written or attributes.get("title")
    if written and (stamp := parse_stamp(written, style)):
        return stamp
    text = mark.text
    return parse_visible(text, style) if len(text) < MAX_DATE_CHARS else None
