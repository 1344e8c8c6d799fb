"""Great Expectations lives here: what a spec asks of its data, and the report of whether it holds.

Importing this package imports neither Great Expectations nor PyTorch, which take seconds: what needs them is imported
when it is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from data_checks.check_report import CheckReport, FailedCheck

if TYPE_CHECKING:
    from data_checks.check_table import check
    from data_checks.checked_before import check_once
    from data_checks.drifted import Known, moved

__all__ = ["CheckReport", "FailedCheck", "Known", "check", "check_once", "moved"]

_HOMES = {"check": "check_table", "check_once": "checked_before", "Known": "drifted", "moved": "drifted"}


def __getattr__(name: str) -> Any:  # noqa: ANN401  # a function or a class, as named
    if name not in _HOMES:
        raise AttributeError(f"module 'data_checks' has no attribute '{name}'")
    return getattr(import_module(f"data_checks.{_HOMES[name]}"), name)
