"""Spooled copies stay as long as a page of theirs is wanted, and no longer."""

from __future__ import annotations

from datetime import UTC, date, datetime

from pipelines.collect import CandidateStore, PageIndex, State, sweep_spool
from pipelines.collect.archive.held import place_in
from pipelines.collect.archive.page_index import Known
from pipelines.collect.web.exchange import Validators
from pipelines.records import Candidate, Failure

DAY = date(2026, 3, 2)


def test_a_copy_goes_when_its_last_page_is_in_the_archive(tmp_path):
    folder = tmp_path / "spool" / "cc"
    folder.mkdir(parents=True)
    wanted, done, download = folder / "a.warc.gz", folder / "b.warc.gz", folder / "c.warc.gz.part"
    for path in (wanted, done, download):
        path.write_bytes(b"x")
    with State(tmp_path / "state") as state:
        store, index = CandidateStore(state), PageIndex(state)
        store.add(
            Candidate("cc", f"https://news.example/{path.name}/{n}", DAY, held_at=f"{place_in(path)}#{n}")
            for path in (wanted, done)
            for n in (1, 2)
        )
        for n in (1, 2):
            url = f"https://news.example/b.warc.gz/{n}"
            index.add_version(Known(url, DAY, "cc", "sha1:X", datetime.now(UTC), Validators()), "f.warc.gz", n)
        store.settle("https://news.example/a.warc.gz/1", Failure.BAD_WARC_RECORD)
        assert sweep_spool(tmp_path / "spool", state) == 1
        assert sweep_spool(tmp_path / "no such folder", state) == 0
    assert sorted(path.name for path in folder.iterdir()) == ["a.warc.gz", "c.warc.gz.part"]
