"""The language of a page by its bytes: what it says of itself, else what its words say. Parses no page."""

from __future__ import annotations

import functools
import html
import re
from typing import Protocol

from pipelines.collect.pages.tags import HEAD_WINDOW, attributes, without_unseen
from pipelines.collect.web.exchange import Headers

MIN_CHARS = 60
"""Below, py3langid guesses."""
MAX_CHARS = 1_500
"""Beyond, it only takes longer: about 1 ms for so many."""

HTML_TAG = re.compile(rb"<html\b[^<>]{0,2000}>", re.IGNORECASE)
TAG = re.compile(rb"<[^<>]*>")
CODE = re.compile(r"([a-z]{2})(?:[-_].*)?", re.IGNORECASE)


class _Identifier(Protocol):
    def classify(self, text: str) -> tuple[str, float]: ...


def page_language(headers: Headers, body: bytes) -> str | None:
    """The language as two letters: of `<html lang>`, of a Content-Language that names one, of the visible words near
    the beginning; None if there are too few of them."""
    tag = HTML_TAG.search(body, 0, HEAD_WINDOW)
    declared = attributes(tag.group()) if tag else {}
    sent = next((value for name, value in headers if name.lower() == "content-language"), "")
    for value in (declared.get("lang"), declared.get("xml:lang"), sent):
        if value and (code := CODE.fullmatch(value.strip())) and "," not in value:
            return code.group(1).lower()
    return _language_of(_visible_text(body))


def _visible_text(body: bytes) -> str:
    text = TAG.sub(b" ", without_unseen(body[:HEAD_WINDOW])).decode("utf-8", errors="replace")
    return " ".join(html.unescape(text).split())[:MAX_CHARS]


def _language_of(text: str) -> str | None:
    return _identifier().classify(text)[0] if len(text) >= MIN_CHARS else None


@functools.cache
def _identifier() -> _Identifier:
    """Loading the model takes 0.2 s, which most pages do not need: they say their language."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier: _Identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    return identifier
