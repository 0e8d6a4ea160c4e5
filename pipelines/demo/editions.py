"""The press as something with a calendar: which stories are out at a moment, and the same stories at other times.

All functions are pure: stories in, stories out, each ordered as they are listed. Nothing here serves anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from pipelines.demo.stories import Story

INVENTED = {
    name.replace("|", ""): name.partition("|")[2]
    for name in (
        "Ald|gate Alt|rup Beren|feld Brand|l Bright|moor Cal|der Castle|wick Elb|land Funk|werk Helio|tan Kabel|netz "
        "Kontor|bank Larch|wood Lausch|kiste Lum|ora Mark|thof Nord|kai Pen|hallow Pixel|hain Quanten|hof Rhein|stahl "
        "Saale|kapital Sil|tron Telt|ower Tide|well Ton|quelle Velt|ronik"
    ).split()
}
"""First words of the companies that the press invented, and the part of each that its namesakes keep."""

HEADS = "Ar Ber Cor Dor Er Fal Gor Hal Ir Jor Kal Lor Mor Nor Or Par Quer Ror Sar Tor Ur Var Wer Yar Zor".split()
"""How the names of namesakes begin."""

STEMS = re.compile("|".join(sorted(INVENTED, key=len, reverse=True)))
FIGURE = re.compile(r"(?<![\d.,:/-])[1-9]\d{0,2}(?=[.,]\d|(?![.:/-]|\w|\s?(?:Uhr|GMT)))")
"""Numbers below a thousand, and what stands before the first comma or point of others; no years, days or times."""


def edition(stories: Iterable[Story], at: datetime) -> tuple[Story, ...]:
    """The stories that are out at a moment; of those that share an address, the last that came out."""
    out: dict[str, Story] = {}
    for story in sorted(stories, key=lambda story: story.out_from):
        if story.out_from <= at:
            out[story.url] = story
    return _in_order(out.values())


def shifted(stories: Iterable[Story], by: timedelta) -> tuple[Story, ...]:
    """The same stories at other times. Where an address contains the date, it is another one."""
    return _in_order(_moved(story, by, by) for story in stories)


def stretched(stories: Sequence[Story], first: date, days: int, articles: int = 1_200) -> tuple[Story, ...]:
    """The press over `days` days from `first` on: its stories in order, again and again, evenly over the days.

    From the second round on each is an article of its own, with another id, other figures and other invented
    companies. As many whole rounds as come closest to `articles`, at least one; a story in two versions is one article.
    """
    ordered = _in_order(stories)
    rounds = max(1, round(articles / len({story.id for story in ordered})))
    total = rounds * len(ordered)
    issued = []
    for number in range(rounds):
        moved: dict[str, timedelta] = {}
        for position, story in enumerate(ordered, number * len(ordered)):
            day = first + timedelta(days=position * days // total)
            by = day - story.listed.date()
            # Later versions keep the time of publication of the first.
            issued.append(_again(_moved(story, moved.setdefault(story.id, by), by), number))
    return _in_order(issued)


def _in_order(stories: Iterable[Story]) -> tuple[Story, ...]:
    return tuple(sorted(stories, key=lambda story: (story.listed, story.id)))


def _moved(story: Story, published_by: timedelta, by: timedelta) -> Story:
    return replace(
        story,
        published=story.published + published_by,
        listed=story.listed + by,
        modified=story.modified and story.modified + by,
        appeared=story.appeared and story.appeared + by,
    )


def _again(story: Story, number: int) -> Story:
    """The story as it is told the given time, from 0; the first time it is the story itself."""
    if number == 0:
        return story

    def told(text: str) -> str:
        other = STEMS.sub(lambda name: HEADS[(number - 1) % len(HEADS)] + INVENTED[name[0]], text)
        return FIGURE.sub(lambda figure: str(int(figure[0]) + number), other)

    return replace(
        story,
        id=f"{story.id}-{number + 1}",
        headline=told(story.headline),
        lead=story.lead and told(story.lead),
        body=tuple(map(told, story.body)),
        photo_caption=story.photo_caption and told(story.photo_caption),
    )
