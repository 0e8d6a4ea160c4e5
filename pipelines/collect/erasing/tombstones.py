"""What was erased and stays away: one file for each erasure, which holds hashes and never a text or an address.

The file is written before anything is erased, with all that is to be done, so a killed erasure can be completed; it
stays as the tombstone.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from pipelines.durable import replace_file
from pipelines.errors import ClaimhouseError
from pipelines.identity import hash_of

FOLDER = "erasures"
"""Below the folder of the state. Not in the state's file: that one may be thrown away and made anew."""


class Kind(StrEnum):
    """By what texts are chosen."""

    URL = "url"
    ARTICLE = "article"
    AUTHOR = "author"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Place:
    """A record of a WARC file: where its bytes are, and whether a page's body is in it."""

    offset: int
    length: int
    is_page: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What an erasure has to do, and can do again: records to blank, archive dates to go through, files to remove.

    Files are named relative to HOME.
    """

    records: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    dates: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Erasure:
    """One erasure. `rule` is what was asked for: a source id, else a hash (`rule_of`).

    `hashes` are those of all addresses of the pages, of their article ids' addresses, and of their contents.
    `articles` are the ids of the articles. `plan` is there until all is done.
    """

    kind: Kind
    rule: str
    hashes: tuple[str, ...]
    articles: tuple[str, ...]
    noted_at: str
    plan: Plan | None = None

    @property
    def name(self) -> str:
        return f"{self.noted_at.replace(':', '').replace('-', '')}-{self.kind}.json"


class Tombstones:
    """All that was erased from a home, to be asked whether something is to stay away."""

    def __init__(self, erasures: Iterable[Erasure] = ()) -> None:
        self.hashes: set[str] = set()
        self.authors: set[str] = set()
        self.sources: set[str] = set()
        for erasure in erasures:
            self.hashes.update(erasure.hashes, erasure.articles)
            if erasure.kind is Kind.AUTHOR:
                self.authors.add(erasure.rule)
            elif erasure.kind is Kind.SOURCE:
                self.sources.add(erasure.rule)

    def __bool__(self) -> bool:
        return bool(self.hashes or self.authors or self.sources)

    def covers(self, *names: str) -> bool:
        """Whether one of these addresses, or one of these payload digests, was erased."""
        return bool(self.hashes) and not self.hashes.isdisjoint(map(hash_of, names))

    def covers_link(self, source_id: str, *names: str) -> bool:
        """`covers`, or the source itself was erased."""
        return source_id in self.sources or self.covers(*names)

    def covers_article(self, article_id: str, source_id: str, authors: Iterable[str]) -> bool:
        """Whether an article stays away: for itself, for its source, or for one of its authors."""
        if article_id in self.hashes or source_id in self.sources:
            return True
        return bool(self.authors) and any(rule_of(Kind.AUTHOR, author) in self.authors for author in authors)


def rule_of(kind: Kind, given: str) -> str:
    """What a tombstone says instead of what was asked for."""
    if kind is Kind.AUTHOR:
        return hash_of("author", author_name(given))
    return hash_of(given) if kind is Kind.URL else given


def author_name(name: str) -> str:
    """A name as it is compared: blanks, case and the way letters are composed do not count."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


class ErasureStore:
    """The files of all erasures of a home, `HOME/collection/erasures/*.json`."""

    def __init__(self, collection: Path) -> None:
        self._folder = collection / FOLDER

    def all(self) -> list[Erasure]:
        """Every erasure, in the order of time. Raises `ClaimhouseError` for a file that cannot be read: what it kept
        away would come back."""
        return [_read(path) for path in sorted(self._folder.glob("*.json"))]

    def unfinished(self) -> list[Erasure]:
        """The erasures that were begun and have not come to their end."""
        return [erasure for erasure in self.all() if erasure.plan is not None]

    def tombstones(self) -> Tombstones:
        return Tombstones(self.all())

    def note(self, erasure: Erasure) -> None:
        text = json.dumps(asdict(erasure)) + "\n"
        replace_file(self._folder / erasure.name, lambda part: part.write_text(text))

    def note_done(self, erasure: Erasure) -> None:
        """All is done: what stays keeps the texts away."""
        self.note(replace(erasure, plan=None))


def _read(path: Path) -> Erasure:
    try:
        noted = json.loads(path.read_text())
        plan = noted["plan"]
        if plan is not None:
            records = {name: tuple(Place(**place) for place in places) for name, places in plan["records"].items()}
            plan = Plan(records, tuple(plan["dates"]), tuple(plan["files"]))
        hashes, articles = tuple(noted["hashes"]), tuple(noted["articles"])
        return Erasure(Kind(noted["kind"]), noted["rule"], hashes, articles, noted["noted_at"], plan)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ClaimhouseError(
            f"{path}: cannot be read ({error}). It keeps erased texts away; restore it from a backup, or erase again "
            "what it was about and remove it."
        ) from error
