"""Are the figures of late what they used to be? Each source and publisher is held against its own history, and counts
so small that they say nothing are left alone. No query here reads a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from statistics import median

from pipelines.settings import Settings
from pipelines.warehouse.findings import Findings, looking

RECENT_DAYS = 7
HISTORY_DAYS = 90
"""Archive dates before the recent ones that make up the history."""
FEWEST = 20
"""Articles, of late and before, or of a day, from which a share or a mean is worth a word."""
FEWEST_DATES = 10
"""Dates of a history."""
SURPRISE = 0.01
"""How improbable a silence must be, by the source's own history."""
SIGMAS = 2.576
"""Of both intervals that may not touch: each holds the true share with 99 %."""
FEW_WORDS = 40
"""An article of fewer words has hardly a body: a teaser, or a parser that lost its way."""
DEVIATIONS = 5
"""Median absolute deviations, scaled to a standard deviation, that a day's claims per article may stray."""
TO_SIGMA = 1.4826
LEAST_BAND = 0.25
"""Half the band's width as a share of the median, and claims per article, when a history hardly varies."""

ZERO_DATES = """
    with dates as (select distinct archive_date from raw.collection_log),
    recent as (from dates where archive_date > (select max(archive_date) from dates) - ?),
    sources as (select unnest(?) as source_id)
    select source_id, archive_date, coalesce(parsed + unchanged + duplicate, 0) > 0 as gave
    from recent cross join sources left join raw.collection_log using (source_id, archive_date)
    order by source_id, archive_date desc
"""
MISSING = """
    select
        coalesce(publisher, source_id) as name, archive_date > newest - $recent as is_recent, count(*),
        count(*) filter (where published_at is null), count(*) filter (where coalesce(title, '') = ''),
        count(*) filter (where word_count < $words), count(*) filter (where len(coalesce(authors, [])) = 0)
    from main.articles, (select max(archive_date) as newest from main.articles)
    where archive_date > newest - $recent - $history
    group by all order by all
"""
FIELDS = ("date", "title", "body", "author")
CLAIMS_PER_ARTICLE = """
    with written as (
        select archive_date, count(*) as articles from main.articles
        where archive_date > (select max(archive_date) from main.articles) - ? group by all
    ),
    claimed as (
        select archive_date, count(*) as claims from main.market_moves inner join main.articles using (article_id)
        group by all
    )
    select archive_date, coalesce(claims, 0) / articles from written left join claimed using (archive_date)
    where articles >= ? order by archive_date
"""


def check_silent_sources(settings: Settings) -> Findings:
    """No enabled source gives nothing for longer than its own history makes believable.

    A source that rests every weekend is used to it; one that gives daily is improbable after a few empty dates.
    """
    ids = [source.id for source in settings.enabled_sources]
    with looking(settings) as connection:
        rows = connection.execute(ZERO_DATES, [HISTORY_DAYS, ids]).fetchall()
    faults, longest = {}, 0
    for source_id in ids:
        gave = [bool(g) for source, _, g in rows if source == source_id]
        silent = gave.index(True) if True in gave else 0  # a source that never gave has no history to break with
        longest = max(longest, silent)
        if is_silence_surprising(silent, gave[silent:]):
            faults[source_id] = f"nothing on the last {silent} dates, something on {sum(gave)} of {len(gave) - silent}"
    return Findings(faults, {"sources": len(ids), "silent": len(faults), "longest_silence": longest})


def is_silence_surprising(silent: int, before: Sequence[bool]) -> bool:
    """Whether `silent` dates without anything are less probable than `SURPRISE` for a source that gave so before."""
    if not silent or len(before) < FEWEST_DATES:
        return False
    empty = (before.count(False) + 1) / (len(before) + 2)
    return empty**silent < SURPRISE


@dataclass(frozen=True, slots=True)
class Share:
    """`lacking` of `total` articles."""

    lacking: int
    total: int

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval of the true share, which holds for few articles and for shares near 0 and 1 as well.

        https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval#Wilson_score_interval
        """
        n, share, z = self.total, self.lacking / self.total, SIGMAS
        centre = (share + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        return centre - half, centre + half

    def is_more_than(self, before: Share) -> bool:
        return min(self.total, before.total) >= FEWEST and self.interval[0] > before.interval[1]


def check_missing_fields(settings: Settings) -> Findings:
    """No publisher's articles lack a date, title, body or author more often than that publisher's used to."""
    given = {"recent": RECENT_DAYS, "history": HISTORY_DAYS, "words": FEW_WORDS}
    with looking(settings) as connection:
        rows = connection.execute(MISSING, given).fetchall()
    shares = {
        (name, is_recent, field): Share(lacking, total)
        for name, is_recent, total, *counts in rows
        for field, lacking in zip(FIELDS, counts, strict=True)
    }
    faults = {}
    for (name, is_recent, field), now in shares.items():
        before = shares.get((name, False, field))
        if is_recent and before and now.is_more_than(before):
            faults[f"{name}: {field}"] = (
                f"missing in {now.lacking} of {now.total} articles, before in {before.lacking} of {before.total}"
            )
    recent = [share for (_, is_recent, _), share in shares.items() if is_recent]
    missing = {
        f"without_{field}": sum(
            share.lacking for (_, is_recent, f), share in shares.items() if is_recent and f == field
        )
        for field in FIELDS
    }
    return Findings(faults, {"articles": sum(s.total for s in recent) // len(FIELDS), **missing, "faults": len(faults)})


def check_claims_per_article(settings: Settings) -> Findings:
    """No recent date's market moves per article are out of the band in which the dates before it lie."""
    with looking(settings) as connection:
        rows = connection.execute(CLAIMS_PER_ARTICLE, [RECENT_DAYS + HISTORY_DAYS, FEWEST]).fetchall()
    if not rows:
        return Findings({}, {"dates": 0})
    newest: date = rows[-1][0]
    before = [mean for day, mean in rows if (newest - day).days >= RECENT_DAYS]
    counts = {"dates": len(rows), "claims_per_article": round(rows[-1][1], 3)}
    if len(before) < FEWEST_DATES:
        return Findings({}, counts)
    low, high = usual_band(before)
    faults = {
        str(day): f"{mean:.2f} claims per article, usual are {low:.2f} to {high:.2f}"
        for day, mean in rows
        if (newest - day).days < RECENT_DAYS and not low <= mean <= high
    }
    return Findings(faults, {**counts, "lowest_usual": round(low, 3), "highest_usual": round(high, 3)})


def usual_band(values: Sequence[float]) -> tuple[float, float]:
    """Median plus and minus `DEVIATIONS` deviations, which a few wild dates do not widen, and `LEAST_BAND` at least."""
    middle = median(values)
    deviation = TO_SIGMA * median([abs(value - middle) for value in values])
    half = max(DEVIATIONS * deviation, LEAST_BAND * middle, LEAST_BAND)
    return max(middle - half, 0.0), middle + half
