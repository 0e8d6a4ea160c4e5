"""The embedded press: three invented publishers on loopback, and what must come out of their stories.

The stories and their labels are data beside this file. Nothing here collects or reads articles.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pipelines.demo.editions import edition, shifted, stretched
from pipelines.demo.press import Press, RunningPress, serve_press
from pipelines.demo.stories import Story, all_stories

DEMO_START = date(2026, 3, 2)
"""The first archive date on which a source lists a story."""

DEMO_END = date(2026, 3, 15)
"""The last one, inclusive."""

EXPECTED = Path(__file__).parent / "expected.jsonl"
"""One JSON object a story: the companies, moves, competitors and attributions an analyst would expect."""

SOURCES = Path(__file__).parent / "sources.yaml"
"""The sources file of the demo, without `http.proxy`: the address is known only when the press runs."""

__all__ = [
    "DEMO_END", "DEMO_START", "EXPECTED", "SOURCES", "Press", "RunningPress", "Story",
    "all_stories", "edition", "serve_press", "shifted", "stretched",
]  # fmt: skip
