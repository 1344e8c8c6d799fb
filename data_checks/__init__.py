"""Great Expectations lives here: what a spec asks of its data, and the report of whether it holds.

Importing this package does not import Great Expectations, which takes seconds.
"""

from data_checks.report import CheckReport, FailedCheck

__all__ = ["CheckReport", "FailedCheck"]
