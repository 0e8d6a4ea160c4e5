"""Collecting: sources to candidates, candidates to pages kept as WARC, files into the same archive.

This is the whole public surface of the package; it knows records, errors and settings, and no later step.
"""

from pipelines.collect.archive import Archive, PageWriter
from pipelines.collect.candidates import CandidateStore
from pipelines.collect.collecting import collect_pages
from pipelines.collect.fetch import Fetched, Fetcher
from pipelines.collect.importing import ImportReport, import_paths, importable_files
from pipelines.collect.listing import Poll, Visit, Window
from pipelines.collect.logs import LogStore
from pipelines.collect.polling import poll

__all__ = [
    "Archive",
    "CandidateStore",
    "Fetched",
    "Fetcher",
    "ImportReport",
    "LogStore",
    "PageWriter",
    "Poll",
    "Visit",
    "Window",
    "collect_pages",
    "import_paths",
    "importable_files",
    "poll",
]
