"""What is known of single publishers whose pages the general way cannot read: one YAML file each, beside this module.

An override says where the text of such a page stands and what in it is none, for a span of days: sites are rebuilt,
archives keep the old pages. How a file is written is in docs/publishers.md.
"""

from __future__ import annotations

from pipelines.parse.publishers.files import Override, read_publishers
from pipelines.parse.publishers.overrides import Overrides, apply, find_override, read_values

__all__ = ["Override", "Overrides", "apply", "find_override", "read_publishers", "read_values"]
