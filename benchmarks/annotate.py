"""How fast articles are understood: annotated by Python, then derived by dbt, all of them and one that changed.

`make bench-annotate` runs it on the labelled articles of `shared/corpora/facts` and `quotes`, ten times over, and
writes its part of docs/benchmarks.md. Annotating is a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.parse import ROOT, processor, table, write_part
from benchmarks.parse_load import resident
from benchmarks.timing import timed
from pipelines import steps
from pipelines.annotate import annotate
from pipelines.collect import IMPORT
from pipelines.records import Annotations, SourceLog, StoredArticle
from pipelines.settings import Settings, load_settings
from pipelines.terminal import progress
from pipelines.warehouse import AnnotationStore, ArticleStore, Provenance, build_models, load_dates

CORPORA = ("facts", "quotes")
COPIES = 10
DERIVED = 100_000
"""Sentences that the derivation is measured on, at least."""
FIRST = date(2026, 3, 2)
"""Archive date of the first copy; each copy has a day of its own."""
MADE = Provenance("benchmark", annotator_version="benchmark")

Annotated = tuple[StoredArticle, Annotations]


@dataclass(frozen=True, slots=True)
class Speed:
    """Annotating everything `COPIES` times."""

    articles: int
    sentences: int
    cpu: float
    """Seconds of one process."""
    memory_before: float
    """Resident MB with lexicon and articles in memory."""
    memory: float
    """Resident MB at the most."""


@dataclass(frozen=True, slots=True)
class Build:
    """One `build_models`: seconds on the clock and of processors, in dbt's process."""

    name: str
    wall: float
    cpu: float


# --- annotating ---


def annotate_all(home: Path) -> Speed:
    """Annotate the home's articles, all copies one after the other, keeping nothing."""
    words = steps.shipped_lexicon()
    articles = [stored.article for stored in ArticleStore(load_settings(home).home.articles).read(FIRST)]
    annotate(articles[0], words)  # what is built at first use
    gc.collect()
    before, began, sentences = resident(), time.process_time(), 0
    for _ in range(COPIES):
        sentences += sum(len(annotate(article, words).sentences) for article in articles)
    cpu = time.process_time() - began
    return Speed(len(articles) * COPIES, sentences, cpu, before, resident("VmHWM"))


def annotating(home: Path) -> Speed:
    """`annotate_all` in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.annotate", "--annotate", str(home)]
    return Speed(**json.loads(subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout))


# --- deriving ---


def copied(found: Annotated, copy: int, day: date) -> Annotated:
    """The article as another one, under another address on another day."""
    stored, annotations = found
    ids = {name: f"{getattr(stored, name)[:-2]}{copy:02d}" for name in ("article_id", "version_id")}
    url = f"{stored.url}?copy={copy}"
    article = replace(stored.article, canonical_url=url)
    return replace(stored, **ids, url=url, archive_date=day, article=article), annotations


def stage_copies(settings: Settings, found: Sequence[Annotated]) -> tuple[int, list[date]]:
    """Stage copies until there are sentences enough. Returns the sentences and the dates."""
    store, each = AnnotationStore(settings.home.annotations), sum(len(one.sentences) for _, one in found)
    dates = [FIRST + timedelta(days=copy) for copy in range(-(-DERIVED // each))]
    for copy, day in enumerate(dates):
        store.write(day, [copied(one, copy, day) for one in found], MADE)
    return each * len(dates), dates


def change_one(settings: Settings, found: Sequence[Annotated], copy: int, day: date) -> None:
    """Stage a day again, one article of which has gained a sentence."""
    stored, _ = found[0]
    article = replace(stored.article, text=stored.article.text + " Siemens will 250 Stellen in München streichen.")
    changed = replace(stored, version_id=f"{'c' * 14}00", article=article), annotate(article, steps.shipped_lexicon())
    store = AnnotationStore(settings.home.annotations)
    store.write(day, [copied(one, copy, day) for one in (changed, *found[1:])], MADE)


def load(settings: Settings, dates: Iterable[date], run_id: str) -> None:
    load_dates(settings, {day: [SourceLog(IMPORT, day)] for day in dates}, run_id)


def build(settings: Settings, name: str) -> Build:
    took = timed(lambda: build_models(settings))
    return Build(name, took.wall, took.cpu)


def deriving(settings: Settings, found: Sequence[Annotated]) -> tuple[int, list[Build]]:
    """Sentences, and the builds: everything, one changed article, nothing new."""
    sentences, dates = stage_copies(settings, found)
    load(settings, dates, "all")
    builds = [build(settings, "everything, for the first time")]
    change_one(settings, found, len(dates) - 1, dates[-1])
    load(settings, dates[-1:], "changed")
    builds.append(build(settings, "one article changed"))
    load(settings, dates[-1:], "again")
    builds.append(build(settings, "a day loaded again, nothing changed"))
    return sentences, builds


# --- telling ---


def render(speed: Speed, sentences: int, builds: Sequence[Build]) -> str:
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    rows = [[one.name, f"{one.wall:.1f}", f"{one.cpu:.1f}"] for one in builds]
    return f"""
Measured on {datetime.now(UTC):%Y-%m-%d}: {processor()}, {os.cpu_count()} cores; \
Python {platform.python_version()} on {platform.system()}.

Annotating {speed.articles:,} articles with {speed.sentences:,} sentences took {speed.cpu:.1f} s of one core: \
**{speed.sentences / speed.cpu:,.0f} sentences per CPU second**. Memory: {speed.memory_before:.0f} MB with the lexicon \
and the articles, {speed.memory:.0f} MB at the peak.

Deriving from {sentences:,} annotated sentences, in {memory:.0f} MB at the peak:

{table(("build", "seconds", "CPU seconds"), rows)}
"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="folder of the yardsticks")
    arguments.add_argument("--annotate", type=Path, metavar="HOME", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.annotate:
        speed = annotate_all(given.annotate)
        sys.stdout.write(json.dumps({name: getattr(speed, name) for name in Speed.__slots__}))
        return
    pages = [given.shared.resolve() / "corpora" / name / "pages" for name in CORPORA]
    for needed in pages:
        if not needed.is_dir():
            sys.exit(f"{needed} is missing. The labelled articles are not part of the project; --shared says where.")
    with tempfile.TemporaryDirectory() as folder, progress() as display:
        task = display.add_task("parsing", total=4)
        settings = load_settings(Path(folder))
        steps.import_files(settings, pages, FIRST)
        steps.parse_date(settings, FIRST)
        display.update(task, description="annotating", advance=1)
        speed = annotating(settings.home.path)
        display.update(task, description="deriving", advance=1)
        stored = ArticleStore(settings.home.articles).read(FIRST)
        found = [(one, annotate(one.article, steps.shipped_lexicon())) for one in stored]
        display.advance(task)
        told = render(speed, *deriving(settings, found))
        display.update(task, description="done", advance=1)
    write_part("annotate", told)


if __name__ == "__main__":
    main()
