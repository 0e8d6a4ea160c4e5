"""The source types that `sources.yaml` knows: one model each, with what it needs and nothing of how it is read.

How a type is read is a module of `pipelines.collect`; its name there is the `type` here.
"""

from __future__ import annotations

import re
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, field_validator
from selectolax.lexbor import LexborHTMLParser, SelectolaxError

Host = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)*$")]
"""A host without scheme, port and path, in lower case (`xn--…` for one with umlauts)."""

LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2}$")]

OptOutPolicy = Literal["keep", "metadata", "skip"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AnySource(Strict):
    """What every source has.

    `include` and `exclude` are regular expressions searched in an article's URL. `opt_outs` says what becomes of a page
    whose publisher reserves text and data mining or forbids indexing: the page is kept, or only that it exists
    (metadata), or nothing but a count (skip).
    """

    is_live: ClassVar[bool] = False
    """Whether it is expected to bring something new all the time."""

    type: str
    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
    name: str
    language: Literal["de", "en"]
    enabled: bool = True
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    opt_outs: OptOutPolicy = "metadata"

    @property
    def address(self) -> str:
        """The URL that is asked for what there is; empty for a source in files of this machine."""
        return ""

    @field_validator("include", "exclude")
    @classmethod
    def patterns_compile(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"'{pattern}' is no regular expression ({error})") from error
        return patterns


class FeedSource(AnySource):
    """An RSS, RDF, Atom or JSON feed."""

    is_live: ClassVar[bool] = True
    type: Literal["feed"]
    url: HttpUrl

    @property
    def address(self) -> str:
        return str(self.url)


class SitemapSource(AnySource):
    """A news sitemap, a plain one, a list of URLs, or an index of them; packed or not."""

    is_live: ClassVar[bool] = True
    type: Literal["sitemap"]
    url: HttpUrl

    @property
    def address(self) -> str:
        return str(self.url)


class SiteSource(AnySource):
    """A site whose sitemaps are found through its robots.txt, or where sitemaps usually lie."""

    is_live: ClassVar[bool] = True
    type: Literal["site"]
    url: HttpUrl

    @property
    def address(self) -> str:
        return str(self.url)


class ArchiveSource(AnySource):
    """Pages that list a day's articles. `url` holds {yyyy}, {mm}, {dd} (or {m}, {d}) and, where it pages, {page}.

    `links` is a CSS selector of the articles' links, `next` one of the link to the day's next page.
    """

    is_live: ClassVar[bool] = True
    type: Literal["archive"]
    url: str
    links: str
    next: str | None = None
    max_pages: Annotated[int, Field(ge=1, le=1000)] = 20

    @field_validator("links", "next")
    @classmethod
    def selectors_are_css(cls, selector: str | None) -> str | None:
        try:
            LexborHTMLParser("").css(selector or "a")
        except SelectolaxError as error:
            raise ValueError(f"'{selector}' is no CSS selector that can be read") from error
        return selector

    @field_validator("url")
    @classmethod
    def url_names_the_day(cls, url: str) -> str:
        if not url.startswith(("http://", "https://")):
            raise ValueError("must be an http(s) URL")
        if "{yyyy}" not in url or not re.search(r"\{d{1,2}\}", url):
            raise ValueError("must hold {yyyy}, {mm} and {dd}, so that each day has its own page")
        return url

    @property
    def address(self) -> str:
        return self.url


class WaybackSource(AnySource):
    """A site's history in a web archive with a CDX server, by default the Internet Archive's Wayback Machine.

    `site` is a host (`example.org`), a host with its subdomains (`*.example.org`) or the beginning of a URL
    (`example.org/wirtschaft/`); `replay` the address before `<timestamp>id_/<url>`.
    """

    type: Literal["wayback"]
    site: Annotated[str, Field(pattern=r"^(?:https?://)?(?:\*\.)?[^\s/*?#]+(?:/[^\s*]*)?$")]
    endpoint: HttpUrl = HttpUrl("https://web.archive.org/cdx/search/cdx")
    replay: HttpUrl = HttpUrl("https://web.archive.org/web/")

    @property
    def address(self) -> str:
        return str(self.endpoint)


class WarcSource(AnySource):
    """WARC files on disk: files, folders of them, patterns with `*`. `sites` are hosts, subdomains included;
    `languages` two-letter codes. A page that does not tell its language passes."""

    type: Literal["warc"]
    paths: Annotated[tuple[str, ...], Field(min_length=1)]
    sites: tuple[Host, ...] = ()
    languages: tuple[LanguageCode, ...] = ()


class CcNewsSource(AnySource):
    """A listing of WARC files like Common Crawl's `warc.paths.gz`: a URL or a file. {yyyy} and {mm} go by month.

    `base` is what the listed paths are relative to: a URL or a folder. At least one of `sites` must be given.
    """

    type: Literal["ccnews"]
    listing: str = "https://data.commoncrawl.org/crawl-data/CC-NEWS/{yyyy}/{mm}/warc.paths.gz"
    base: str = "https://data.commoncrawl.org/"
    sites: Annotated[tuple[Host, ...], Field(min_length=1)]
    languages: tuple[LanguageCode, ...] = ()

    @property
    def address(self) -> str:
        return self.listing


class FolderSource(AnySource):
    """HTML and text files in a folder and below, of the day on which they were last changed."""

    type: Literal["folder"]
    path: str


Source = Annotated[
    FeedSource | SitemapSource | SiteSource | ArchiveSource | WaybackSource | WarcSource | CcNewsSource | FolderSource,
    Field(discriminator="type"),
]
"""One place that lists or holds articles."""
