"""Deriving in several builds, without having thousands of articles."""

from __future__ import annotations

from dataclasses import replace

from pipelines.settings import Settings


def in_portions(settings: Settings, most: int) -> Settings:
    """The same with builds that derive so many articles at most."""
    warehouse = settings.file.warehouse.model_copy(update={"articles_at_once": most})
    return replace(settings, file=settings.file.model_copy(update={"warehouse": warehouse}))
