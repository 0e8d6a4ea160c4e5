"""Page bytes to `Article`: pure functions, no network, no clock, no state.

What claims the text makes is not read here.
"""

from __future__ import annotations

from pipelines.parse.article import PageReading, parse_article, read_page
from pipelines.parse.body.leftovers import Leftover
from pipelines.parse.bytes.decoding import is_html
from pipelines.parse.plaintext import is_plain, parse_plain, parse_text
from pipelines.parse.version import parser_version

__all__ = [
    "Leftover",
    "PageReading",
    "is_html",
    "is_plain",
    "parse_article",
    "parse_plain",
    "parse_text",
    "parser_version",
    "read_page",
]
