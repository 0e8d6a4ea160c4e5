"""Parquet files between the steps: a day's articles and annotations, so that a later step can be repeated alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.durable import finish, part_of, replace_file
from pipelines.records import Annotations, Article, PageFault, Paragraph, Precision, Region, StoredArticle, Witness
from pipelines.warehouse.fingerprint import with_fingerprints
from pipelines.warehouse.tables import ANNOTATION_TABLES, RAW_SCHEMAS, annotation_table, article_table, metadata_table


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made a staged day: the code, and the state of the date's archive as a number that grows with each page."""

    parser_version: str
    changes: int = 0
    annotator_version: str | None = None


BATCH = 500
"""Articles written and read at once, which bounds the memory."""
PROVENANCE = b"claimhouse"
"""Key under which Parquet's own metadata hold the provenance."""


def read_provenance(path: Path) -> Provenance | None:
    """What made a staged file; None where there is none, or one of before it was noted."""
    if not path.exists():
        return None
    noted = (pq.read_schema(path).metadata or {}).get(PROVENANCE)
    return Provenance(**json.loads(noted)) if noted else None


def _with_provenance(schema: pa.Schema, provenance: Provenance) -> pa.Schema:
    return schema.with_metadata({PROVENANCE: json.dumps(asdict(provenance))})


class ArticleStore:
    """`articles/<date>.parquet` for the steps."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, archive_date: date) -> Path:
        return self.root / f"{archive_date}.parquet"

    def provenance(self, archive_date: date) -> Provenance | None:
        return read_provenance(self.path(archive_date))

    def write(
        self,
        archive_date: date,
        articles: Iterable[StoredArticle],
        provenance: Provenance,
        on_written: Callable[[], object] = lambda: None,
    ) -> None:
        """Replace the day. Articles are taken as they come, so that a day need not fit into memory.

        `on_written` is called when all are written and the day before is still in its place.
        """
        schema = _with_provenance(STORED_SCHEMA, provenance)

        def write(part: Path) -> None:
            with pq.ParquetWriter(part, schema, compression="zstd") as writer:
                for some in in_batches(articles, BATCH):
                    writer.write_table(pa.Table.from_pylist([_record(stored) for stored in some], schema=schema))
            on_written()

        replace_file(self.path(archive_date), write)

    def groups(self, archive_date: date) -> int:
        """Row groups of the day, of `BATCH` articles each but the last."""
        path = self.path(archive_date)
        return pq.read_metadata(path).num_row_groups if path.exists() else 0

    def batches(self, archive_date: date, groups: Sequence[int] | None = None) -> Iterator[list[StoredArticle]]:
        """The day's articles in the order in which they were parsed, or those of some row groups; none for a day that
        was never parsed."""
        path = self.path(archive_date)
        if not path.exists():
            return
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(BATCH, groups):
                rows = pa.Table.from_batches([batch])
                missing = [field for field in STORED_SCHEMA if field.name not in rows.schema.names]
                for field in missing:  # of a file that was written before there was this column
                    rows = rows.append_column(field, pa.nulls(len(rows), field.type))
                yield [_stored(row) for row in rows.to_pylist()]

    def read(self, archive_date: date) -> list[StoredArticle]:
        """All of them at once."""
        return [stored for batch in self.batches(archive_date) for stored in batch]


class AnnotationStore:
    """`annotations/<date>/<table>.parquet`: what the loader reads."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, archive_date: date, table: str) -> Path:
        return self.root / str(archive_date) / f"{table}.parquet"

    def provenance(self, archive_date: date) -> Provenance | None:
        return read_provenance(self.path(archive_date, "articles"))

    def read(self, archive_date: date) -> dict[str, pa.Table]:
        """All tables of the day."""
        return {name: pq.read_table(self.path(archive_date, name), partitioning=None) for name in STAGED}

    def write(
        self, archive_date: date, annotated: Sequence[tuple[StoredArticle, Annotations]], provenance: Provenance
    ) -> dict[str, int]:
        """Replace the day by these; rows per table."""
        return self.write_tables(archive_date, [staged_tables(annotated, provenance)], provenance)

    def write_tables(
        self,
        archive_date: date,
        chunks: Iterable[Mapping[str, pa.Table]],
        provenance: Provenance,
        on_written: Callable[[], object] = lambda: None,
    ) -> dict[str, int]:
        """Replace the day by what `staged_tables` made of some of its articles after others; rows per table.

        The articles come last: by their provenance one knows that all is there. `on_written` is called as `write` of
        `ArticleStore` does.
        """
        paths = {name: self.path(archive_date, name) for name in (*STAGED[1:], STAGED[0])}
        counts = dict.fromkeys(STAGED, 0)
        self.path(archive_date, "articles").parent.mkdir(parents=True, exist_ok=True)
        with ExitStack() as opened:
            writers = {}
            for name, path in paths.items():
                schema = RAW_SCHEMAS[name]
                own = _with_provenance(schema, provenance) if name == "articles" else schema
                writers[name] = opened.enter_context(pq.ParquetWriter(part_of(path), own, compression="zstd"))
            for tables in chunks:
                for name, writer in writers.items():
                    writer.write_table(tables[name].replace_schema_metadata(writer.schema.metadata))
                    counts[name] += tables[name].num_rows
        on_written()
        for path in paths.values():
            finish(path)
        return counts


STAGED = ("articles", "article_metadata", *(table.name for table in ANNOTATION_TABLES))
"""The raw tables that are made of articles."""


def staged_tables(
    annotated: Sequence[tuple[StoredArticle, Annotations]], provenance: Provenance
) -> dict[str, pa.Table]:
    """The rows of some articles in every raw table, with the articles' fingerprints."""
    articles, annotator_version = [stored for stored, _ in annotated], provenance.annotator_version or ""
    tables = {
        "articles": article_table(articles, provenance.parser_version, annotator_version),
        "article_metadata": metadata_table(articles, annotator_version),
    }
    tables |= {t.name: annotation_table(t, annotated, annotator_version) for t in ANNOTATION_TABLES}
    return tables | {"articles": with_fingerprints(tables)}


Item = TypeVar("Item")


def in_batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Lists of so many of them, the last one of those that are left."""
    source = iter(items)
    while some := list(islice(source, size)):
        yield some


TEXT, MOMENT = pa.string(), pa.string()
PARAGRAPH = pa.struct([("start", pa.int32()), ("end", pa.int32()), ("region", TEXT), ("rule_id", TEXT)])
WITNESS = pa.struct([("field", TEXT), ("origin", TEXT), ("value", TEXT), ("is_chosen", pa.bool_())])
STORED_SCHEMA = pa.schema(
    [
        ("article_id", TEXT), ("version_id", TEXT), ("content_hash", TEXT), ("source_id", TEXT),
        ("archive_date", pa.date32()), ("url", TEXT), ("fetched_at", pa.timestamp("us", tz="UTC")), ("warc_file", TEXT),
        ("warc_offset", pa.int64()), ("title", TEXT), ("text", TEXT), ("paragraphs", pa.list_(PARAGRAPH)),
        ("authors", pa.list_(TEXT)), ("published", TEXT), ("modified", TEXT), ("publisher", TEXT), ("language", TEXT),
        ("section", TEXT), ("canonical_url", TEXT), ("is_paywalled", pa.bool_()), ("credits", pa.list_(TEXT)),
        ("origins", pa.map_(TEXT, TEXT)), ("published_precision", TEXT), ("modified_precision", TEXT),
        ("next_url", TEXT), ("is_live_blog", pa.bool_()), ("witnesses", pa.list_(WITNESS)),
        ("faults", pa.map_(TEXT, pa.int32())),
    ]
)  # fmt: skip
"""Times of the article are kept as ISO text, because they keep the zone the page gave.

Columns behind `origins` and `is_chosen` came later: in files written before, they are read as null.
"""


def _record(stored: StoredArticle) -> dict[str, object]:
    article = stored.article
    row = {name: getattr(stored, name) for name in STORED_SCHEMA.names if hasattr(stored, name)}
    row |= {name: getattr(article, name) for name in STORED_SCHEMA.names if name not in row}
    row |= {"url": stored.url, "paragraphs": [asdict(p) for p in article.paragraphs]}
    row |= {"witnesses": [asdict(w) for w in article.witnesses], "faults": list(article.faults.items())}
    row |= {
        name: value.isoformat() if (value := getattr(article, name)) else None for name in ("published", "modified")
    }
    return row | {"origins": list(article.origins.items())}


def _stored(row: dict[str, Any]) -> StoredArticle:
    paragraphs = tuple(Paragraph(p["start"], p["end"], Region(p["region"]), p["rule_id"]) for p in row["paragraphs"])
    read = {
        "paragraphs": paragraphs,
        "published": _moment(row["published"]),
        "modified": _moment(row["modified"]),
        "authors": tuple(row["authors"]),
        "credits": tuple(row["credits"]),
        "origins": dict(row["origins"]),
        "published_precision": _precision(row["published_precision"]),
        "modified_precision": _precision(row["modified_precision"]),
        "is_live_blog": bool(row["is_live_blog"]),
        "witnesses": tuple(Witness(**w | {"is_chosen": bool(w.get("is_chosen"))}) for w in row["witnesses"] or ()),
        "faults": {PageFault(fault): count for fault, count in row["faults"] or ()},
    }
    article = Article(**{f.name: row[f.name] for f in fields(Article)} | read)
    return StoredArticle(**{f.name: row[f.name] for f in fields(StoredArticle) if f.name != "article"}, article=article)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _precision(text: str | None) -> Precision | None:
    return Precision(text) if text else None
