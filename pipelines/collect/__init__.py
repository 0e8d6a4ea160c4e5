"""Collecting: sources to candidates, candidates to pages kept as WARC, files into the same archive.

This is the whole public surface of the package; it knows records, errors, sources and settings, and no later step.
"""

from pipelines.collect.archive.archive import Archive, date_of, source_of
from pipelines.collect.archive.page_index import PageIndex
from pipelines.collect.archive.page_writing import PageWriter
from pipelines.collect.archive.spool import sweep_spool
from pipelines.collect.archive.warc_reading import WARC_ENDINGS, read_response_at
from pipelines.collect.candidates import Backlog, CandidateStore
from pipelines.collect.collecting import collect_pages
from pipelines.collect.erasing.eraser import Eraser, FoundPages, Wanted
from pipelines.collect.erasing.scanning import needles_of, needles_of_name
from pipelines.collect.erasing.tombstones import Erasure, ErasureStore, Kind, Plan, Tombstones, rule_of
from pipelines.collect.health import Health, read_health
from pipelines.collect.importing import IMPORT, ImportReport, import_paths, importable_files, is_importable
from pipelines.collect.logs import COUNTS, LogStore
from pipelines.collect.looking import Look, poll_sources
from pipelines.collect.source_types.discovery import Found, discover
from pipelines.collect.source_types.listing import Poll, Visit, Window
from pipelines.collect.source_types.opml import OpmlFeed, read_opml, write_opml
from pipelines.collect.source_types.polling import poll
from pipelines.collect.state import State
from pipelines.collect.warc_ledger import WarcLedger
from pipelines.collect.web.exchange import Fetched
from pipelines.collect.web.fetch import Fetcher
from pipelines.collect.web.inflate import BodyError

__all__ = [
    "COUNTS",
    "IMPORT",
    "WARC_ENDINGS",
    "Archive",
    "Backlog",
    "BodyError",
    "CandidateStore",
    "Eraser",
    "Erasure",
    "ErasureStore",
    "Fetched",
    "Fetcher",
    "Found",
    "FoundPages",
    "Health",
    "ImportReport",
    "Kind",
    "LogStore",
    "Look",
    "OpmlFeed",
    "PageIndex",
    "PageWriter",
    "Plan",
    "Poll",
    "State",
    "Tombstones",
    "Visit",
    "Wanted",
    "WarcLedger",
    "Window",
    "collect_pages",
    "date_of",
    "discover",
    "import_paths",
    "importable_files",
    "is_importable",
    "needles_of",
    "needles_of_name",
    "poll",
    "poll_sources",
    "read_health",
    "read_opml",
    "read_response_at",
    "rule_of",
    "source_of",
    "sweep_spool",
    "write_opml",
]
