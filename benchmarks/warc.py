"""A WARC file of any number of news pages in the layouts of the demo press, each with a text of its own (see `prose`),
and as heavy as real ones.

`python -m benchmarks.warc FILE --records 20000 --kilobytes 100`
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from isal import igzip
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from benchmarks.prose import Prose
from pipelines.demo import Story, all_stories
from pipelines.demo.site import TEMPLATES

FIRST = datetime(2026, 2, 20, 6, tzinfo=UTC)
"""The stories appear over fifteen days from then on."""
TEXT, PARAGRAPH = 3_000, 400
"""Characters, about."""
SYLLABLES = "an be con de el for ge ha in ko la mar ne or pro que re sta ti un ver wa zo".split()
BLOCKS = 1000
LINKS = 0.35
"""Share of a page's weight that is lists of links and teasers; the rest is scripts, styles and data."""


def stories(records: int, seed: int = 0) -> Iterator[Story]:
    """So many stories of the press's three publishers, each with a text of its own; others for another seed."""
    chance = random.Random(seed)
    models = {story.publisher.id: story for story in all_stories() if story.version == 1}
    for number in range(records):
        model = models[chance.choice(sorted(models))]
        prose = Prose(model.publisher.language, chance)
        body = [prose.paragraph(PARAGRAPH) for _ in range(TEXT // PARAGRAPH)]
        told = FIRST + timedelta(minutes=15 * 24 * 60 * number // records)
        yield replace(
            model, id=f"{seed}-{number}", headline=prose.sentence("claim").rstrip("."), lead=prose.sentence("plain"),
            body=tuple(body), published=told, listed=told, modified=None, appeared=None, photo_caption=None,
        )  # fmt: skip


def page(environment: Environment, story: Story, related: Sequence[Story], size: int, blocks: Iterator[str]) -> bytes:
    """The story's page, filled up to so many bytes before its end with what news pages are full of."""
    template = environment.get_template(f"{story.publisher.id}.html")
    html = template.render(publisher=story.publisher, story=story, related=related)
    head, end, tail = html.rpartition("</body>")
    parts, missing = [], size - len(html)
    while missing > 0:
        parts.append(next(blocks))
        missing -= len(parts[-1])
    text = "".join([head, *parts, end, tail])
    return text.encode(story.publisher.charset, "xmlcharrefreplace")


def filling(chance: random.Random) -> Iterator[str]:
    """Lists of links, scripts and data, in another order each time: some megabytes of them, as a publisher has."""
    links, scripts = [_links(chance) for _ in range(BLOCKS)], [_script(chance) for _ in range(BLOCKS)]
    while True:
        yield chance.choice(links if chance.random() < LINKS else scripts)


def _words(chance: random.Random, count: int) -> list[str]:
    return ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(count)]


def _links(chance: random.Random) -> str:
    items = "".join(
        f'<li class="teaser__item"><a href="/r/{chance.getrandbits(32):x}"><span>{" ".join(_words(chance, 6))}</span>'
        "</a></li>\n"
        for _ in range(20)
    )
    return f'<div class="teaser teaser--list"><ul>{items}</ul></div>\n'


def _script(chance: random.Random) -> str:
    data = ",".join(f'"{word}":{chance.getrandbits(30)}' for word in _words(chance, 120))
    return f"<script>window.__data=window.__data||[];window.__data.push({{{data}}});</script>\n"


def write(path: Path, records: int, kilobytes: int, seed: int = 0) -> int:
    """Write the file, each record packed by itself. Returns the bytes of all pages."""
    chance, total = random.Random(1), 0
    blocks = filling(chance)
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    last: dict[str, Story] = {}
    with path.open("wb") as file:
        for number, story in enumerate(stories(records, seed)):
            before = last.get(story.publisher.id, story)
            # as heavy as real pages are: most about the mean, some twice that
            size = round(kilobytes * 1000 * chance.triangular(0.4, 2.0, 0.6))
            body = page(environment, story, [before], size, blocks)
            total += len(body)
            file.write(igzip.compress(record(number, story, body), 2))
            last[story.publisher.id] = story
    return total


def record(number: int, story: Story, body: bytes) -> bytes:
    """A response as WARC 1.1 has it."""
    kind = f"text/html; charset={story.publisher.charset}"
    http = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    head = (
        "WARC/1.1\r\nWARC-Type: response\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012x}>\r\n"
        f"WARC-Target-URI: {story.url}\r\nWARC-Date: {datetime(2026, 3, 12, tzinfo=UTC):%Y-%m-%dT%H:%M:%SZ}\r\n"
        f"Content-Type: application/http;msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--kilobytes", type=int, default=100, help="mean size of a page")
    given = parser.parse_args()
    total = write(given.file, given.records, given.kilobytes)
    sys.stdout.write(
        f"{given.records:,} pages of {total / given.records / 1000:.0f} KB on average, "
        f"{given.file.stat().st_size / 1e6:.0f} MB packed\n"
    )


if __name__ == "__main__":
    main()
