"""Sets of test rows for the tests of the error budget, of the ledger and of their simulation."""

from collections.abc import Iterable

import pandas as pd

from mtl.promotion.unit_sketch import UnitSketch, sketch_units

ALPHA = 0.05


def rows(numbers: Iterable[int], column: str = "id") -> UnitSketch:
    """The sketch of the rows with these keys."""
    return sketch_units(pd.DataFrame({column: list(numbers)}))
