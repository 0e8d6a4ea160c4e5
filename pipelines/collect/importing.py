"""Files a user already has (HTML, text, WARC) into the archive. Finds and judges files; parses no article."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from pipelines.collect.archive import Archive, PageWriter
from pipelines.collect.fetch import Fetched, Headers
from pipelines.collect.sniff import is_binary, is_html
from pipelines.collect.urls import canonical_url
from pipelines.collect.warc_reading import read_responses
from pipelines.collect.warc_writing import payload_digest
from pipelines.errors import UsageError
from pipelines.records import Failure

HTML_ENDINGS = (".html", ".htm")
TEXT_ENDINGS = (".txt",)
WARC_ENDINGS = (".warc", ".warc.gz")
ENDINGS = (*HTML_ENDINGS, *TEXT_ENDINGS, *WARC_ENDINGS)

MAX_FILE_BYTES = 10_000_000
"""Of an HTML or text file; the default of `http.max_bytes`. WARC files may have any size."""
MAX_PROBLEMS = 100
"""Problems told one by one; the counts are always complete."""
LINK_WINDOW = 64 * 1024
"""Bytes of a page in which its canonical link must stand."""

UNSEEN = re.compile(rb"<!--|<script\b", re.IGNORECASE)
SCRIPT_END = re.compile(rb"</script\s*>", re.IGNORECASE)
LINK = re.compile(rb"<link\b[^<>]{0,2000}>", re.IGNORECASE)
REL_CANONICAL = re.compile(rb"\srel\s*=\s*[\"']?canonical[\"'\s/>]", re.IGNORECASE)
HREF = re.compile(rb"\shref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)

REASONS = {
    Failure.EMPTY_PAGE: "is empty",
    Failure.NOT_HTML: "is no HTML",
    Failure.TOO_LARGE: f"is larger than {MAX_FILE_BYTES:,} bytes",
    Failure.UNREADABLE_FILE: "cannot be read",
}

WARC_REASONS = {
    Failure.BAD_WARC_RECORD.value: "has broken WARC records; the rest was read",
    Failure.EMPTY_PAGE.value: "has empty pages",
    Failure.TOO_LARGE.value: "has pages that are too large",
    Failure.BAD_ENCODING.value: "has pages in a coding that cannot be undone",
}


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: files read, pages added, pages that were there already, and what went wrong by reason.

    `problems` names the files, one sentence each.
    """

    files: int
    pages: int
    duplicates: int
    failures: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def importable_files(paths: Sequence[Path]) -> list[Path]:
    """The files an import of `paths` reads: folders with all below them, in order of their names.

    Raises `UsageError` for a path that does not exist or is of a kind not understood, and for a folder without any.
    """
    understood = f"Understood are files ending in {', '.join(ENDINGS)}, and folders of them."
    files: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: there is no such file or folder. {understood}")
        if path.is_dir():
            found = sorted(inner for inner in path.rglob("*") if _is_importable(inner) and not inner.is_dir())
            if not found:
                raise UsageError(f"{path}: nothing in this folder can be imported. {understood}")
        elif _is_importable(path):
            found = [path]
        else:
            raise UsageError(f"{path}: files of this kind cannot be imported. {understood}")
        files.update(dict.fromkeys(found))
    if not files:
        raise UsageError(f"Nothing to import was named. {understood}")
    return list(files)


def _is_importable(path: Path) -> bool:
    return path.name.lower().endswith(ENDINGS)


def import_paths(
    paths: Sequence[Path],
    archive: Archive,
    *,
    archive_date: date,
    source_id: str = "import",
    on_file: Callable[[Path], None] | None = None,
) -> ImportReport:
    """Copy the pages of files and folders into the archive, under one archive date; call `on_file` after each file.

    An HTML page goes by its canonical link, else, like a text, by its file:// URL. A page whose URL and content are
    in the archive already, of any date, is a duplicate; the same URL with other content is a new version.
    Of WARC files the HTML responses with status 200 are taken. Raises `UsageError` as `importable_files`.
    """
    files = importable_files(paths)
    with archive.writer(archive_date, source_id) as writer:
        run = _Import(writer, archive.versions(), archive_date, source_id)
        for path in files:
            run.read(path)
            if on_file:
                on_file(path)
    return run.report(len(files))


class _Import:
    def __init__(self, writer: PageWriter, versions: set[tuple[str, str]], day: date, source_id: str) -> None:
        self._writer, self._versions, self._day, self._source_id = writer, versions, day, source_id
        self._duplicates = 0
        self._failures: Counter[str] = Counter()
        self._problems: list[str] = []

    def report(self, files: int) -> ImportReport:
        problems = self._problems[:MAX_PROBLEMS]
        if len(self._problems) > MAX_PROBLEMS:
            problems.append(f"… and {len(self._problems) - MAX_PROBLEMS} more")
        failures = dict(sorted(self._failures.items()))
        return ImportReport(files, self._writer.pages, self._duplicates, failures, tuple(problems))

    def read(self, path: Path) -> None:
        try:
            if path.name.lower().endswith(WARC_ENDINGS):
                self._read_warc(path)
            else:
                self._read_page(path)
        except OSError as error:
            self._fail(path, Failure.UNREADABLE_FILE, f" ({error.strerror or error})")

    def _read_page(self, path: Path) -> None:
        with path.open("rb") as file:
            body = file.read(MAX_FILE_BYTES + 1)
            modified = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        is_text = path.name.lower().endswith(TEXT_ENDINGS)
        if len(body) > MAX_FILE_BYTES:
            self._fail(path, Failure.TOO_LARGE)
        elif not body.strip():
            self._fail(path, Failure.EMPTY_PAGE)
        elif is_binary(body) if is_text else not is_html(body, "text/html"):
            self._fail(path, Failure.NOT_HTML, ", but binary data" if is_binary(body) else ": it has no tags")
        else:
            url = (None if is_text else canonical_link(body)) or path.resolve().as_uri()
            kind = "text/plain" if is_text else "text/html"
            self._keep(url, body, modified, "OK", (("Content-Type", kind),), payload_digest(body))

    def _read_warc(self, path: Path) -> None:
        failures: Counter[str] = Counter()
        for response in read_responses(path, failures):
            if response.status != 200:
                continue
            if not response.body.strip():
                failures[Failure.EMPTY_PAGE.value] += 1
            elif not is_html(response.body, response.content_type):
                failures[Failure.NOT_HTML.value] += 1
            else:
                digest = payload_digest(response.body)
                self._keep(response.url, response.body, response.date, response.reason, response.headers, digest)
        for reason, count in failures.items():
            self._failures[reason] += count
            # Pictures and scripts in a WARC are no problem of the file, only counted.
            if reason != Failure.NOT_HTML.value:
                self._problems.append(f"{path}: {WARC_REASONS.get(reason, reason)} ({count}×)")

    def _keep(self, url: str, body: bytes, time: datetime, reason: str, headers: Headers, digest: str) -> None:
        if (url, digest) in self._versions:
            self._duplicates += 1
            return
        self._versions.add((url, digest))
        content_type = next((value for name, value in headers if name.lower() == "content-type"), None)
        self._writer.write(
            Fetched(self._source_id, self._day, url, url, 200, reason, headers, (), body, time, content_type)
        )

    def _fail(self, path: Path, failure: Failure, detail: str = "") -> None:
        self._failures[failure.value] += 1
        self._problems.append(f"{path}: {REASONS[failure]}{detail}")


def canonical_link(body: bytes) -> str | None:
    """The absolute http(s) URL in a page's `<link rel="canonical">`, read without parsing the page."""
    for tag in LINK.findall(_seen(body[:LINK_WINDOW])):
        href = HREF.search(tag) if REL_CANONICAL.search(tag) else None
        if href is not None:
            raw = next(group for group in href.groups() if group is not None)
            return canonical_url(html.unescape(raw.decode("utf-8", errors="replace")))
    return None


def _seen(head: bytes) -> bytes:
    """The page without comments and scripts, in one pass: a lazy pattern takes quadratic time on unclosed ones."""
    parts, at = [], 0
    while opening := UNSEEN.search(head, at):
        parts.append(head[at : opening.start()])
        if opening.group() == b"<!--":
            end = head.find(b"-->", opening.end())
            at = end + 3 if end >= 0 else len(head)
        else:
            closing = SCRIPT_END.search(head, opening.end())
            at = closing.end() if closing else len(head)
    return b" ".join([*parts, head[at:]])
