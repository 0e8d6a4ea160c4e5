"""A home with a small sources file, and articles with annotations of every kind to load into it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import duckdb
import pytest

from pipelines.records import (
    Annotations,
    Article,
    Clause,
    Cue,
    MarketMention,
    Mention,
    PageFault,
    Paragraph,
    Person,
    Precision,
    ProposedCompany,
    Quantity,
    Quotation,
    Reference,
    Region,
    Sentence,
    Slot,
    SourceMention,
    Speaker,
    StoredArticle,
    TimeExpression,
    Witness,
)
from pipelines.settings import Settings, load_settings
from pipelines.warehouse.contract import read_contract, read_views

DAY = date(2026, 3, 2)
Annotated = tuple[StoredArticle, Annotations]


@pytest.fixture
def make_settings(tmp_path: Path) -> Callable[..., Settings]:
    """Settings of one home with the given limits of the warehouse."""

    def make(**limits: object) -> Settings:
        path = tmp_path / "sources.yaml"
        values = ", ".join(f"{name}: {value}" for name, value in {"lock_wait": 0.3, **limits}.items())
        path.write_text(f"start_date: 2026-03-01\nwarehouse: {{{values}}}\n")
        return load_settings(tmp_path / "home", path, {})

    return make


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings()


@pytest.fixture
def annotated() -> Callable[..., Annotated]:
    """An article with one annotation of every kind; `number` tells articles apart."""

    def make(number: int = 1, day: date = DAY) -> Annotated:
        text = f"Nordwerk {number} kaufte im März für 3 Euro „ganz Talflut“ in Kiel 😀."
        article = Article(
            f"https://a.example/{number}", f"Titel {number}", text, (Paragraph(0, len(text), Region.BODY, "p"),),
            ("Greta Holm", "Ole Bär"), datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=1))), None, "Kurier",
            "de", None, f"https://a.example/{number}", False, ("dpa",), {"published": "json-ld"},
            Precision.MINUTE, None, f"https://a.example/{number}?seite=2", True,
            (Witness("published", "json-ld", "2026-03-02T09:00+01:00"), Witness("published", "time", "2. März 2026")),
            {PageFault.UNDECODABLE_BYTES: 3, PageFault.TOO_DEEP: 1},
        )  # fmt: skip
        fetched = datetime(2026, 3, 2, 10, tzinfo=UTC)
        stored = StoredArticle(
            f"a{number}", f"v{number}", f"c{number}", "kurier", day, article.url or "", fetched, "x.warc.gz", 7, article
        )
        span = (Region.BODY, 0, 8, 1, 0, "rule")
        slot = Slot("von", None, None, True, 2, "Pumpenbauer")
        return stored, Annotations(
            paragraphs=article.paragraphs,
            sentences=(Sentence(*span, paragraph_no=1),),
            clauses=(Clause(*span, kind="main"), Clause(*span, kind="relative")),
            mentions=(Mention(*span, company_id="nordwerk", surface="Nordwerk", slot=slot),),
            proposed_companies=(ProposedCompany("nordwerk", "Nordwerk", "Nordwerk AG", "legal-form"),),
            references=(Reference(*span, kind="pronoun", surface="es", slot=Slot()),),
            persons=(Person(*span, surface="Holm", name="Greta Holm", role=None, organisation_id="nordwerk"),),
            source_mentions=(SourceMention(*span, source_id="dpa", kind="news_agency", surface="dpa", slot=slot),),
            speakers=(Speaker(*span, name="Holm", noun_id=None, head_char=10, cue_char=12),),
            cues=(Cue(*span, cue_id="kaufen", surface="kaufte", last_char=20),),
            market_mentions=(MarketMention(*span, market_id="kiel", surface="Kiel", preposition="in"),),
            quantities=(Quantity(*span, surface="3 Euro", value=3.0, unit="EUR", preposition="für"),),
            times=(TimeExpression(*span, surface="März", period_start=date(2026, 3, 1), period_end=date(2026, 3, 31)),),
            quotations=(Quotation(*span, word_count=2),),
        )

    return make


@pytest.fixture
def write_marts() -> Callable[..., None]:
    """Give a home's warehouse the marts, each with this number of rows that hold nothing but an `id`, and the views."""

    def write(settings: Settings, rows: int, without: str | None = None) -> None:
        settings.home.warehouse.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(str(settings.home.warehouse)) as connection:
            for mart in read_contract():
                if mart.name != without:
                    columns = ", ".join(f'null::{kind} as "{name}"' for name, kind in mart.columns.items())
                    made = f"select range as id, {columns} from range({rows})"
                    connection.execute(f'create or replace table "{mart.name}" as {made}')
            for view in read_views():
                columns = ", ".join(f'null::{kind} as "{name}"' for name, kind in view.columns.items())
                connection.execute(f'create or replace view "{view.name}" as select {columns}')

    return write
