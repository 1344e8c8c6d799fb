"""Great Expectations lives here: what a spec asks of its data, and the report of whether it holds.

Importing this package does not import Great Expectations, which takes seconds; `data_checks.check_table.check` does.
"""

from data_checks.check_report import CheckReport, FailedCheck
from data_checks.check_table import check
from data_checks.checked_before import check_once
from data_checks.drifted import Known, moved
from data_checks.set_aside import set_aside

__all__ = ["CheckReport", "FailedCheck", "Known", "check", "check_once", "moved", "set_aside"]
