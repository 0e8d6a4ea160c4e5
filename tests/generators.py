"""The scripts in docs/ that write pages, as modules."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

from pipelines.settings import ROOT


def load_generator(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look there for the types of their fields
    spec.loader.exec_module(module)
    return module
