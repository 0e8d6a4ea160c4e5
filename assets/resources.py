"""What assets need from outside: the settings of one home, and a place to report progress to. No work is done here."""

from pathlib import Path

import dagster as dg

from assets.progress import tell
from pipelines.settings import Settings, load_settings
from pipelines.steps import Tick, no_tick


class Claimhouse(dg.ConfigurableResource):
    """One home and its sources file. With `source`, only this one is collected; with `progress`, each finished page or
    day is a JSON line on standard output."""

    home: str
    sources_file: str
    source: str = ""
    progress: bool = False

    def settings(self) -> Settings:
        settings = load_settings(Path(self.home), Path(self.sources_file))
        return settings.with_source(self.source) if self.source else settings

    def tick(self, step: str) -> Tick:
        """What a step calls after each page, article or day."""
        if not self.progress:
            return no_tick

        return lambda: tell({"step": step})
