"""The claims explorer: web pages on the published snapshot, for those who would rather look than write SQL.

Pages are made on the server and need no script; a filter is a form whose fields stand in the address.
"""

from pipelines.explore.app import build_app
from pipelines.explore.report import write_report

__all__ = ["build_app", "write_report"]
