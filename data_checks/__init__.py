"""Great Expectations lives here: what a spec asks of its data, and the report of whether it holds.

Importing this package does not import Great Expectations, which takes seconds; `data_checks.checkpoint.check` does.
"""

from data_checks.checkpoint import check
from data_checks.report import CheckReport, FailedCheck

__all__ = ["CheckReport", "FailedCheck", "check"]
