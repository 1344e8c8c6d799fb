"""What each training row counts for in a loss, by a column of the data."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtl.data.stored_table import AnyTable
from mtl.errors import DataError
from mtl.names import read_numbers
from mtl.spec import Spec


def weights_of(spec: Spec, table: AnyTable, training: NDArray[np.int64]) -> NDArray[np.float64] | None:
    """The weights [N] of the training rows, 1 on average, so that their unit is no matter; None where none are given.

    Args:
        spec: names the column.
        table: all rows.
        training: positions of the training rows.

    Raises:
        DataError: a training row has no weight or one below 0, or all are 0.
    """
    column = spec.training.sample_weight
    if column is None:
        return None
    place = f"{spec.place('training', 'sample_weight')}: training.sample_weight: column '{column}'"
    weights = read_numbers(table[column].iloc[training])
    wrong = ~(weights >= 0)
    if wrong.any():
        row = training[wrong.argmax()]
        cell = table[column].iloc[row]
        got = "nothing" if pd.isna(cell) else repr(cell)
        raise DataError(
            f"{place}: expected a number of at least 0 in every training row; got {got} in row {row}, and such cells in"
            f" {wrong.sum()} of {len(weights)} rows; correct them, or leave out sample_weight"
        )
    if not weights.any():
        raise DataError(f"{place}: expected a weight above 0; got 0 in all {len(weights)} training rows")
    scaled: NDArray[np.float64] = weights / weights.mean()
    return scaled
