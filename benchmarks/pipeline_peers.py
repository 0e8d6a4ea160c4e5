"""Parsers on the records of a WARC file: name, CPU milliseconds for a page, pages a second, as lines with tabs.

Run by benchmarks/pipeline.py with the names of some, in an environment that has them: `.venv/bench` or `.venv/peers`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from fastwarc.warc import ArchiveIterator, WarcRecordType

Parse = Callable[[str, bytes], object]


def pages(file: str) -> list[tuple[str, bytes]]:
    """Addresses and bodies."""
    with open(file, "rb") as stream:  # noqa: PTH123
        records = ArchiveIterator(stream, record_types=WarcRecordType.response)
        return [(record.headers["WARC-Target-URI"], record.reader.read()) for record in records]


def ours() -> Parse:
    from pipelines.parse import parse_article

    return lambda url, body: parse_article(body, url)


def trafilatura() -> Parse:
    from trafilatura import bare_extraction

    return lambda url, body: bare_extraction(body, url=url, with_metadata=True)


def newspaper() -> Parse:
    from newspaper import Article

    def parse(url: str, body: bytes) -> object:
        article = Article(url)
        article.download(input_html=body.decode("utf-8", "replace"))
        article.parse()
        return article

    return parse


def news_please() -> Parse:
    """Which asks newspaper4k, readability and others, and decides between them."""
    from newsplease import NewsPlease

    return lambda url, body: NewsPlease.from_html(body.decode("utf-8", "replace"), url=url, fetch_images=False)


def fundus() -> Parse:
    """Fundus knows publishers, not pages: this is the least that a parser of it for the press's layouts would do."""
    from fundus.parser import ArticleBody, BaseParser, attribute
    from fundus.parser.utility import (
        extract_article_body_with_selector,
        generic_author_parsing,
        generic_date_parsing,
    )
    from lxml.etree import XPath

    class Press(BaseParser):
        paragraphs = XPath("//p[not(ancestor::footer or ancestor::aside)]")
        headings = XPath("//h2")

        @attribute
        def body(self) -> ArticleBody | None:
            found = extract_article_body_with_selector(
                self.precomputed.doc, paragraph_selector=self.paragraphs, subheadline_selector=self.headings
            )
            return found

        @attribute
        def title(self) -> object:
            return self.precomputed.meta.get("og:title")

        @attribute
        def authors(self) -> object:
            return generic_author_parsing(self.precomputed.ld.bf_search("author"))

        @attribute
        def publishing_date(self) -> object:
            return generic_date_parsing(self.precomputed.ld.bf_search("datePublished"))

    parser = Press()
    return lambda _, body: parser.parse(body.decode("utf-8", "replace"), "suppress")


PARSERS: dict[str, tuple[Callable[[], Parse], int]] = {
    "ours": (ours, 1),
    "trafilatura": (trafilatura, 4),
    "newspaper4k": (newspaper, 10),
    "news-please": (news_please, 20),
    "Fundus": (fundus, 2),
}
"""Each parser, and of how many pages it gets one: some are slow."""


def main() -> None:
    found = pages(sys.argv[1])
    for name in sys.argv[2:]:
        load, one_of = PARSERS[name]
        parse, some = load(), found[::one_of]
        times = []
        for _ in range(3):
            began = time.process_time()
            for url, body in some:
                parse(url, body)
            times.append((time.process_time() - began) / len(some))
        seconds = sorted(times)[1]
        sys.stdout.write(f"{name}\t{1000 * seconds:.2f}\t{1 / seconds:.0f}\n")


if __name__ == "__main__":
    main()
