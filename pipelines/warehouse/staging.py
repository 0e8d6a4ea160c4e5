"""Parquet files between the steps: a day's articles and annotations, so that a later step can be repeated alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.durable import replace_file
from pipelines.records import Annotations, Article, PageFault, Paragraph, Precision, Region, StoredArticle, Witness
from pipelines.warehouse.fingerprint import with_fingerprints
from pipelines.warehouse.tables import ANNOTATION_TABLES, annotation_table, article_table, metadata_table


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made a staged day: the code, and the state of the date's archive as a number that grows with each page."""

    parser_version: str
    changes: int = 0
    annotator_version: str | None = None


PROVENANCE = b"claimhouse"
"""Key under which Parquet's own metadata hold the provenance."""


def read_provenance(path: Path) -> Provenance | None:
    """What made a staged file; None where there is none, or one of before it was noted."""
    if not path.exists():
        return None
    noted = (pq.read_schema(path).metadata or {}).get(PROVENANCE)
    return Provenance(**json.loads(noted)) if noted else None


def _with_provenance(table: pa.Table, provenance: Provenance) -> pa.Table:
    return table.replace_schema_metadata({PROVENANCE: json.dumps(asdict(provenance))})


class ArticleStore:
    """`articles/<date>.parquet` for the steps."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, archive_date: date) -> Path:
        return self.root / f"{archive_date}.parquet"

    def provenance(self, archive_date: date) -> Provenance | None:
        return read_provenance(self.path(archive_date))

    def write(self, archive_date: date, articles: Sequence[StoredArticle], provenance: Provenance) -> None:
        """Replace the day."""
        rows = pa.Table.from_pylist([_record(stored) for stored in articles], schema=STORED_SCHEMA)
        table = _with_provenance(rows, provenance)
        replace_file(self.path(archive_date), lambda part: pq.write_table(table, part, compression="zstd"))

    def read(self, archive_date: date) -> list[StoredArticle]:
        """The day's articles in the order in which they were parsed; none for a day that was never parsed."""
        path = self.path(archive_date)
        return [_stored(row) for row in pq.read_table(path, schema=STORED_SCHEMA).to_pylist()] if path.exists() else []


class AnnotationStore:
    """`annotations/<date>/<table>.parquet`: what the loader reads."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, archive_date: date, table: str) -> Path:
        return self.root / str(archive_date) / f"{table}.parquet"

    def provenance(self, archive_date: date) -> Provenance | None:
        return read_provenance(self.path(archive_date, "articles"))

    def write(
        self, archive_date: date, annotated: Sequence[tuple[StoredArticle, Annotations]], provenance: Provenance
    ) -> dict[str, int]:
        """Replace the day; rows per table. The articles come last: by their provenance one knows that all is there."""
        articles, annotator_version = [stored for stored, _ in annotated], provenance.annotator_version or ""
        tables = {
            "articles": article_table(articles, provenance.parser_version, annotator_version),
            "article_metadata": metadata_table(articles, annotator_version),
        }
        tables |= {t.name: annotation_table(t, annotated, annotator_version) for t in ANNOTATION_TABLES}
        tables["articles"] = _with_provenance(with_fingerprints(tables), provenance)
        for name, table in sorted(tables.items(), key=lambda item: item[0] == "articles"):

            def write(part: Path, rows: pa.Table = table) -> None:
                pq.write_table(rows, part, compression="zstd")

            replace_file(self.path(archive_date, name), write)
        return {name: table.num_rows for name, table in tables.items()}


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
        "witnesses": tuple(Witness(**w | {"is_chosen": bool(w["is_chosen"])}) for w in row["witnesses"] or ()),
        "faults": {PageFault(fault): count for fault, count in row["faults"] or ()},
    }
    article = Article(**{f.name: row[f.name] for f in fields(Article)} | read)
    return StoredArticle(**{f.name: row[f.name] for f in fields(StoredArticle) if f.name != "article"}, article=article)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _precision(text: str | None) -> Precision | None:
    return Precision(text) if text else None
