"""Archive pages of a day: addresses, selectors, paging, and days without one."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from pipelines.collect import Visit, Window, poll
from pipelines.collect.source_types.archive_pages import page_url
from pipelines.errors import CollectError
from pipelines.records import Failure
from pipelines.sources import Source

TODAY = date(2024, 5, 20)
WINDOW = Window(date(2024, 5, 1), date(2024, 5, 2), TODAY)


def archive(site, template="/{yyyy}/{mm}/{dd}", **options) -> Source:
    return TypeAdapter(Source).validate_python(
        {"id": "a", "name": "A", "type": "archive", "language": "en", "url": site.url + template, "links": "h2 > a"}
        | options
    )


def page(*names: str, more: str = "") -> str:
    links = "".join(f'<li><h2><a href="/a/{name}"> Title\n {name}</a></h2>' for name in names)
    return f'<html><nav><a href="/imprint">Imprint</a></nav><ul>{links}</ul>{more}</html>'


def names(result) -> list[str]:
    return [candidate.url.rpartition("/")[2] for candidate in result.candidates]


def test_addresses_are_filled_in():
    template = "https://a.example/{yyyy}/{m}/{d}/{mm}-{dd}?p={page}&x={other}"
    assert page_url(template, date(2024, 5, 2), 3) == "https://a.example/2024/5/2/05-02?p=3&x={other}"


def test_each_day_has_its_page_and_a_day_without_one_had_no_articles(site, fetcher):
    site.add("/2024/05/02", page("a", "b"), ETag='"1"')
    result = poll(Visit(archive(site), fetcher, WINDOW))
    assert [(c.url, c.title, c.archive_date) for c in result.candidates] == [
        (site.url + "/a/a", "Title a", date(2024, 5, 2)), (site.url + "/a/b", "Title b", date(2024, 5, 2)),
    ]  # fmt: skip
    assert result.failures == {"http_4xx": 1}
    assert set(result.validators) == {site.url + "/2024/05/02"}


def test_pages_are_followed_by_their_link_and_in_no_circle(site, fetcher):
    site.add("/2024/05/02", page("a", more='<base href="/deep/"><a class="next" href="../2024/05/02/2">more</a>'))
    site.add("/2024/05/02/2", page("b", more='<a class="next" href="/2024/05/02">more</a>'))
    result = poll(Visit(archive(site, next="a.next"), fetcher, WINDOW))
    assert names(result) == ["a", "b"]
    assert site.paths().count("/2024/05/02") == 1


@pytest.mark.parametrize("last", [page("b"), None])
def test_pages_are_counted_until_one_brings_nothing_new(site, fetcher, last):
    site.add("/2024/05/02/1", page("a"))
    site.add("/2024/05/02/2", page("a", "b"))
    if last:
        site.add("/2024/05/02/3", last)
    result = poll(Visit(archive(site, "/{yyyy}/{mm}/{dd}/{page}"), fetcher, WINDOW))
    assert (names(result), result.failures) == (["a", "b"], {"http_4xx": 1})
    assert "/2024/05/02/4" not in site.paths()


def test_paging_ends_at_the_limit_and_what_was_cut_off_is_read_again(site, fetcher):
    for number in range(1, 9):
        site.add(f"/2024/05/02/{number}", page(str(number)), ETag='"1"')
    result = poll(Visit(archive(site, "/{yyyy}/{mm}/{dd}/{page}", max_pages=3), fetcher, WINDOW))
    assert names(result) == ["1", "2", "3"]
    assert result.failures == {"http_4xx": 1, "too_large": 1}
    assert result.validators == {}


def test_a_day_that_is_not_over_is_always_read_again(site, fetcher):
    site.add("/2024/05/20", page("a"), ETag='"1"')
    result = poll(Visit(archive(site), fetcher, Window(TODAY, date(2024, 5, 25), TODAY)))
    assert (names(result), result.validators, result.failures) == (["a"], {}, {})


def test_a_source_of_which_no_day_can_be_had_fails(site, fetcher):
    site.add("/2024/05/02", status=403)
    site.add("/2024/05/01", "<div>" * 3_000)
    with pytest.raises(CollectError, match="nested") as caught:
        poll(Visit(archive(site), fetcher, Window(date(2024, 5, 1), date(2024, 5, 1), TODAY)))
    assert caught.value.failure is Failure.BAD_FEED


@pytest.mark.parametrize("option", [{"links": "a["}, {"next": ">>"}, {"template": "/{yyyy}/{mm}"}])
def test_what_cannot_be_is_refused_at_once(site, option):
    with pytest.raises(ValidationError, match=r"no CSS selector|must hold"):
        archive(site, **option)
