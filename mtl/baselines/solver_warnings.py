"""Whether a solver says that it did not reach the end."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from sklearn.exceptions import ConvergenceWarning


@contextmanager
def converging() -> Iterator[list[str]]:
    """A list, filled once the block has ended, of what solvers said of not converging; other warnings go on."""
    trouble: list[str] = []
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", ConvergenceWarning)
        yield trouble
    for warning in told:
        if issubclass(warning.category, ConvergenceWarning):
            trouble.append(str(warning.message))
        else:
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
