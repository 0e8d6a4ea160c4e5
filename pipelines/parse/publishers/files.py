"""The form of the publishers' YAML files, and reading them. An error names the file, the key and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import Annotated, Any
from urllib.parse import urlsplit

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    HttpUrl,
    StringConstraints,
    ValidationError,
    model_validator,
)
from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from pipelines.errors import SettingsError

PACKAGED = files(__package__)
"""The folder of this module."""


def _is_selector(css: str) -> str:
    try:
        LexborHTMLParser("").css(css)
    except SelectolaxError as error:
        raise ValueError(f"'{css}' is no CSS selector. Try it with `tree.css` of selectolax") from error
    return css


Css = Annotated[str, AfterValidator(_is_selector)]
Host = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Selector(_Strict):
    """Where a field stands: the text of the elements, or one attribute of theirs. A bare string is the CSS."""

    css: Css
    attribute: Annotated[str | None, Field(min_length=1)] = None


def _as_selector(value: object) -> object:
    return {"css": value} if isinstance(value, str) else value


FieldSelector = Annotated[Selector | None, BeforeValidator(_as_selector)]


class Override(_Strict):
    """How pages of one publisher were built from `valid_from` to `valid_until`, both included; open where not given."""

    valid_from: date | None = None
    valid_until: date | None = None
    example_url: HttpUrl
    reason: Annotated[str, Field(min_length=20)]
    body: Css | None = None
    drop: tuple[Css, ...] = ()
    title: FieldSelector = None
    authors: FieldSelector = None
    published: FieldSelector = None

    @model_validator(mode="after")
    def _says_something(self) -> Override:
        if not (self.body or self.drop or self.fields):
            raise ValueError("says nothing. Give body, drop, title, authors or published")
        if self._first > self._last:
            raise ValueError("valid_from is after valid_until. Exchange them")
        return self

    @property
    def fields(self) -> dict[str, Selector]:
        """The selectors of metadata by field of the article."""
        named = {"title": self.title, "authors": self.authors, "published": self.published}
        return {field: selector for field, selector in named.items() if selector}

    def holds_on(self, day: date) -> bool:
        return self._first <= day <= self._last

    @property
    def _first(self) -> date:
        return self.valid_from or date.min

    @property
    def _last(self) -> date:
        return self.valid_until or date.max


class Publisher(_Strict):
    """One file. `hosts` stand for themselves and all hosts below them; `layouts` are in the order of time."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$")]
    hosts: Annotated[tuple[Host, ...], Field(min_length=1)]
    layouts: Annotated[tuple[Override, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Publisher:
        for number, (earlier, later) in enumerate(pairwise(self.layouts), 1):
            if earlier.valid_until is None or later.valid_from is None or later.valid_from <= earlier.valid_until:
                raise ValueError(f"layouts {number} and {number + 1} are not one after the other. Mend their dates")
        for layout in self.layouts:
            host = urlsplit(str(layout.example_url)).hostname or ""
            if not any(f".{host}".endswith(f".{own}") for own in self.hosts):
                raise ValueError(f"example_url {layout.example_url} is on none of the hosts. Add its host to them")
        return self


def read_publishers(folder: Traversable) -> list[Publisher]:
    """Every `*.yaml` of a folder, by name. Raises `SettingsError` for a file that is not as it must be."""
    paths = sorted((path for path in folder.iterdir() if path.name.endswith(".yaml")), key=lambda path: path.name)
    publishers = [_read_publisher(path) for path in paths]
    _refuse_twice(zip(paths, publishers, strict=True))
    return publishers


def _read_publisher(path: Traversable) -> Publisher:
    try:
        data: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, ValueError) as error:  # a day that there is not is a ValueError
        raise SettingsError(f"{path}: is not valid YAML ({' '.join(str(error).split())}). Mend the file.") from error
    try:
        publisher = Publisher.model_validate(data)
    except ValidationError as error:
        # A misspelt key shows up twice: as unknown, and as the one that is missing. The first says more.
        first = min(error.errors(), key=lambda e: e["type"] != "extra_forbidden")
        key = ".".join(str(part) for part in first["loc"]) or "the file"
        raise SettingsError(f"{path}: {key}: {_explain(first['type'], first['msg'])}") from error
    if f"{publisher.id}.yaml" != path.name:
        raise SettingsError(f"{path}: id: is '{publisher.id}'. Call the file {publisher.id}.yaml.")
    return publisher


def _explain(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return f"unknown key. There are: {', '.join([*Publisher.model_fields, *Override.model_fields])}."
    if kind == "missing":
        return "is missing. Add it."
    return message.removeprefix("Value error, ") + "."


def _refuse_twice(read: Iterable[tuple[Traversable, Publisher]]) -> None:
    owners: dict[str, str] = {}
    for path, publisher in read:
        for host in publisher.hosts:
            if host in owners:
                raise SettingsError(f"{path}: hosts: {host} is in {owners[host]} too. Take it out of one of them.")
            owners[host] = path.name
