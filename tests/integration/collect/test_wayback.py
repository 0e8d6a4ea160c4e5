"""A web archive's index over a real connection: what is asked, paging, broken rows."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import TypeAdapter

from pipelines.collect import Visit, Window, poll
from pipelines.errors import CollectError
from pipelines.records import Candidate, Failure
from pipelines.sources import Source

WINDOW = Window(date(2019, 5, 1), date(2019, 5, 31), date(2024, 5, 6))
HEADER = ["timestamp", "original", "mimetype", "statuscode", "digest", "length"]


def row(stamp: str, name: str) -> list[str]:
    return [stamp, f"https://news.example/{name}", "text/html", "200", "SHA", "1000"]


class Index:
    """A small CDX server: answers in order, whatever is asked."""

    def __init__(self, site, *answers: object) -> None:
        self.questions: list[dict[str, list[str]]] = []
        self._answers = [answer if isinstance(answer, str) else json.dumps(answer) for answer in answers]
        self._site = site
        site.answers = self

    def get(self, path: str, default: object) -> object:
        if not path.startswith("/cdx"):
            return default
        self.questions.append(parse_qs(urlsplit(path).query))
        return [self._answer]

    def _answer(self, handler) -> None:
        body = self._answers[min(len(self.questions), len(self._answers)) - 1].encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


def wayback(site, name: str = "news.example") -> Source:
    return TypeAdapter(Source).validate_python(
        {"id": "w", "name": "W", "type": "wayback", "language": "en", "site": name,
         "endpoint": site.url + "/cdx", "replay": site.url + "/web"}
    )  # fmt: skip


def test_captures_become_candidates_held_at_the_archive(site, fetcher):
    index = Index(site, [HEADER, row("20190502103000", "a?x=1"), [], ["key 1"]], [HEADER, row("20190503000000", "b")])
    result = poll(Visit(wayback(site), fetcher, WINDOW))
    assert result.candidates[0] == Candidate(
        "w", "https://news.example/a?x=1", date(2019, 5, 2), datetime(2019, 5, 2, 10, 30, tzinfo=UTC), None,
        site.url + "/web/20190502103000id_/https://news.example/a?x=1",
    )  # fmt: skip
    assert [c.archive_date for c in result.candidates] == [date(2019, 5, 2), date(2019, 5, 3)]
    first, second = index.questions
    assert first["url"] == ["news.example"]
    assert (first["from"], first["to"], first["matchType"]) == (["20190501"], ["20190531"], ["host"])
    assert first["filter"] == ["statuscode:200", "mimetype:text/html"]
    assert ("resumeKey" in first, second["resumeKey"]) == (False, ["key 1"])


@pytest.mark.parametrize(
    ("name", "asked", "kind"),
    [
        ("*.news.example", "news.example", "domain"),
        ("https://news.example/a/", "news.example/a/", "prefix"),
        ("http://news.example/", "news.example/", "host"),
    ],
)
def test_what_a_site_may_be(site, fetcher, name, asked, kind):
    index = Index(site, "")
    assert poll(Visit(wayback(site, name), fetcher, WINDOW)).candidates == ()
    assert (index.questions[0]["url"], index.questions[0]["matchType"]) == ([asked], [kind])


@pytest.mark.parametrize("answer", ["", "[]", [HEADER], [HEADER, []]])
def test_an_empty_answer_is_nothing(site, fetcher, answer):
    Index(site, answer)
    result = poll(Visit(wayback(site), fetcher, WINDOW))
    assert result.candidates == ()


def test_broken_rows_are_counted(site, fetcher):
    Index(site, [HEADER, ["20190502103000"], row("2019", "a"), row("20191399000000", "a"), row("20190502103000", "b")])
    result = poll(Visit(wayback(site), fetcher, WINDOW))
    assert (len(result.candidates), result.failures) == (1, {"bad_feed": 3})


def test_answers_in_lines_are_read_too(site, fetcher):
    lines = ['{"timestamp": "20190502103000", "url": "https://news.example/a"}', "{broken", '["x"]']
    Index(site, "\n".join(lines))
    result = poll(Visit(wayback(site), fetcher, WINDOW))
    assert (len(result.candidates), result.failures) == (1, {"bad_feed": 2})


def test_a_server_that_never_ends_is_left_and_the_rest_counted(site, fetcher):
    keys = [[HEADER, row("20190502103000", f"{n}"), [], [f"key {n}"]] for n in range(60)]
    index = Index(site, *keys)
    result = poll(Visit(wayback(site), fetcher, WINDOW))
    assert len(index.questions) == 40
    assert result.failures == {"too_large": 1}


@pytest.mark.parametrize("answer", ["<html>", '"x"', "[1]", "[" * 100_000])
def test_what_is_no_index_is_refused(site, fetcher, answer):
    Index(site, answer)
    with pytest.raises(CollectError, match="endpoint") as caught:
        poll(Visit(wayback(site), fetcher, WINDOW))
    assert caught.value.failure is Failure.BAD_FEED
