"""Parsers on the records of a WARC file: name, CPU milliseconds for a page, pages a second, as lines with tabs.

Run by benchmarks/pipeline.py in the environment that has the others.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import trafilatura
from fastwarc.warc import ArchiveIterator, WarcRecordType
from newspaper import Article

from pipelines.parse import parse_article


def pages(file: str) -> list[tuple[str, bytes]]:
    """Addresses and bodies."""
    with open(file, "rb") as stream:  # noqa: PTH123
        records = ArchiveIterator(stream, record_types=WarcRecordType.response)
        return [(record.headers["WARC-Target-URI"], record.reader.read()) for record in records]


def ours(url: str, body: bytes) -> object:
    return parse_article(body, url)


def by_trafilatura(url: str, body: bytes) -> object:
    return trafilatura.bare_extraction(body, url=url, with_metadata=True)


def by_newspaper(url: str, body: bytes) -> object:
    article = Article(url)
    article.download(input_html=body.decode("utf-8", "replace"))
    article.parse()
    return article


def main() -> None:
    found = pages(sys.argv[1])
    parsers: dict[str, tuple[Callable[[str, bytes], object], int]] = {
        "ours": (ours, len(found)),
        "trafilatura": (by_trafilatura, len(found) // 4),
        "newspaper4k": (by_newspaper, len(found) // 10),
    }
    for name, (parse, count) in parsers.items():
        times = []
        for _ in range(3):
            began = time.process_time()
            for url, body in found[:count]:
                parse(url, body)
            times.append((time.process_time() - began) / count)
        seconds = sorted(times)[1]
        sys.stdout.write(f"{name}\t{1000 * seconds:.2f}\t{1 / seconds:.0f}\n")


if __name__ == "__main__":
    main()
