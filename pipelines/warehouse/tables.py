"""The raw tables: their columns, in one place for the staging files, the warehouse and its tests.

A raw row is what the annotator said, plus where it belongs: article, version, archive date, code version, run, time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from operator import attrgetter

import pyarrow as pa

from pipelines.records import Annotations, StoredArticle

TEXT, INT, REAL, BOOL, DAY = pa.string(), pa.int32(), pa.float64(), pa.bool_(), pa.date32()
MOMENT = pa.timestamp("us", tz="UTC")
IDENTITY = (("article_id", TEXT), ("version_id", TEXT), ("archive_date", DAY), ("annotator_version", TEXT))
"""First columns of every table; `run_id` and `loaded_at` are added by the loader."""

PARSER = "parser"
"""The `rule_id` of what no single rule made."""

SPAN = (
    ("region", TEXT), ("start_char", INT), ("end_char", INT), ("sentence_no", INT), ("clause_no", INT),
    ("rule_id", TEXT),
)  # fmt: skip
SLOT = (
    ("slot.preposition", TEXT), ("slot.determiner", TEXT), ("slot.compound_head", TEXT), ("slot.is_genitive", BOOL),
    ("slot.list_no", INT), ("slot.description", TEXT),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """A raw table filled from `Annotations.<name>`. A dotted attribute becomes a column under its last part."""

    name: str
    attributes: tuple[tuple[str, pa.DataType], ...]

    @property
    def schema(self) -> pa.Schema:
        own = [(attribute.rsplit(".", 1)[-1], kind) for attribute, kind in self.attributes]
        return pa.schema([*IDENTITY, *own])


ANNOTATION_TABLES = (
    Table("paragraphs", (("start", INT), ("end", INT), ("region", TEXT), ("rule_id", TEXT))),
    Table("sentences", (*SPAN, ("paragraph_no", INT))),
    Table("clauses", (*SPAN, ("kind", TEXT))),
    Table("mentions", (*SPAN, ("company_id", TEXT), ("surface", TEXT), *SLOT)),
    Table("proposed_companies", (("company_id", TEXT), ("name", TEXT), ("legal_name", TEXT), ("rule_id", TEXT))),
    Table("references", (*SPAN, ("kind", TEXT), ("surface", TEXT), *SLOT)),
    Table("persons", (*SPAN, ("surface", TEXT), ("name", TEXT), ("role", TEXT), ("organisation_id", TEXT))),
    Table("source_mentions", (*SPAN, ("source_id", TEXT), ("kind", TEXT), ("surface", TEXT), *SLOT)),
    Table("speakers", (*SPAN, ("name", TEXT), ("noun_id", TEXT), ("head_char", INT), ("cue_char", INT))),
    Table("cues", (*SPAN, ("cue_id", TEXT), ("surface", TEXT), ("last_char", INT))),
    Table("market_mentions", (*SPAN, ("market_id", TEXT), ("surface", TEXT), ("preposition", TEXT))),
    Table("quantities", (*SPAN, ("surface", TEXT), ("value", REAL), ("unit", TEXT), ("preposition", TEXT))),
    Table("times", (*SPAN, ("surface", TEXT), ("period_start", DAY), ("period_end", DAY))),
    Table("quotations", (*SPAN, ("word_count", INT))),
)

ARTICLE_SCHEMA = pa.schema(
    [
        *IDENTITY,
        ("rule_id", TEXT),
        ("parser_version", TEXT),
        ("fingerprint", TEXT),
        ("content_hash", TEXT),
        ("source_id", TEXT),
        ("url", TEXT),
        ("canonical_url", TEXT),
        ("publisher", TEXT),
        ("title", TEXT),
        ("text", TEXT),
        ("authors", pa.list_(TEXT)),
        ("credits", pa.list_(TEXT)),
        ("language", TEXT),
        ("section", TEXT),
        ("published_at", MOMENT),
        ("published_at_origin", TEXT),
        ("published_precision", TEXT),
        ("modified_at", MOMENT),
        ("modified_precision", TEXT),
        ("fetched_at", MOMENT),
        ("word_count", INT),
        ("is_paywalled", BOOL),
        ("is_live_blog", BOOL),
        ("next_url", TEXT),
        ("faults", pa.map_(TEXT, INT)),
        ("warc_file", TEXT),
        ("warc_offset", pa.int64()),
    ]
)

METADATA_SCHEMA = pa.schema(
    [*IDENTITY, ("rule_id", TEXT), ("field", TEXT), ("origin", TEXT), ("value", TEXT), ("is_chosen", BOOL)]
)

LOG_SCHEMA = pa.schema(
    [
        ("source_id", TEXT), ("archive_date", DAY), ("discovered", INT), ("fetched", INT), ("unchanged", INT),
        ("duplicate", INT), ("parsed", INT), ("failed", INT), ("failures", pa.map_(TEXT, INT)),
    ]
)  # fmt: skip

LOADS_SCHEMA = pa.schema(
    [("archive_date", DAY), ("parser_version", TEXT), ("annotator_version", TEXT), ("changes", pa.int64())]
)
"""One row per archive date: of what code and of which state of the archive the date's rows are."""

RAW_SCHEMAS: dict[str, pa.Schema] = {
    "articles": ARTICLE_SCHEMA,
    "article_metadata": METADATA_SCHEMA,
    **{table.name: table.schema for table in ANNOTATION_TABLES},
    "collection_log": LOG_SCHEMA,
    "loads": LOADS_SCHEMA,
}


def _identity(stored: StoredArticle, annotator_version: str) -> dict[str, object]:
    """The first columns of a row, in the order of `IDENTITY`."""
    return {
        "article_id": stored.article_id,
        "version_id": stored.version_id,
        "archive_date": stored.archive_date,
        "annotator_version": annotator_version,
    }


def annotation_table(
    table: Table, annotated: Sequence[tuple[StoredArticle, Annotations]], annotator_version: str
) -> pa.Table:
    """One raw table's rows of a day, as Arrow."""
    read = [attrgetter(attribute) for attribute, _ in table.attributes]
    columns: list[list[object]] = [[] for _ in (*IDENTITY, *read)]
    for stored, found in annotated:
        rows = getattr(found, table.name)
        identity = _identity(stored, annotator_version).values()
        for column, value in zip(columns, identity, strict=False):
            column.extend([value] * len(rows))
        for column, getter in zip(columns[len(identity) :], read, strict=True):
            column.extend(map(getter, rows))
    arrays = [pa.array(values, type=kind.type) for values, kind in zip(columns, table.schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=table.schema)


def article_table(stored: Iterable[StoredArticle], parser_version: str, annotator_version: str) -> pa.Table:
    """The articles of a day, as Arrow."""
    rows = [
        {
            **_identity(s, annotator_version),
            "rule_id": PARSER,
            "parser_version": parser_version,
            "content_hash": s.content_hash,
            "source_id": s.source_id,
            "url": s.url,
            "canonical_url": s.article.canonical_url or s.url,
            "publisher": s.article.publisher,
            "title": s.article.title,
            "text": s.article.text,
            "authors": list(s.article.authors),
            "credits": list(s.article.credits),
            "language": s.article.language,
            "section": s.article.section,
            "published_at": s.article.published,
            "published_at_origin": s.article.origins.get("published"),
            "published_precision": s.article.published_precision,
            "modified_at": s.article.modified,
            "modified_precision": s.article.modified_precision,
            "fetched_at": s.fetched_at,
            "word_count": len(s.article.text.split()),
            "is_paywalled": s.article.is_paywalled,
            "is_live_blog": s.article.is_live_blog,
            "next_url": s.article.next_url,
            "faults": sorted(s.article.faults.items()),
            "warc_file": s.warc_file,
            "warc_offset": s.warc_offset,
        }
        for s in stored
    ]
    return pa.Table.from_pylist(rows, schema=ARTICLE_SCHEMA)


def metadata_table(stored: Iterable[StoredArticle], annotator_version: str) -> pa.Table:
    """What every place on a day's pages says about every field, as Arrow."""
    rows = [
        {**_identity(s, annotator_version), "rule_id": PARSER, **asdict(witness)}
        for s in stored
        for witness in s.article.witnesses
    ]
    return pa.Table.from_pylist(rows, schema=METADATA_SCHEMA)
