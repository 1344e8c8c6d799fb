"""The independent unit of each row, which is resampled as a whole."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtl.data.splits import days_of
from mtl.data.stored_table import AnyTable
from mtl.errors import DataError
from mtl.names import coded_names
from mtl.spec import GroupSplit, Spec, TimeSplit


def units_of(spec: Spec, part: AnyTable) -> NDArray[np.int64]:
    """The code of each row's independent unit within a side, int64 [N].

    Rows of a time split that names no unit have the day by which they are split: what happens to one row of a day, a
    storm or a campaign, happens to others.
    """
    if spec.unit_column is None:
        return np.arange(len(part))
    column = part[spec.unit_column]
    if spec.evaluation.unit is None and isinstance(spec.split, TimeSplit):
        column = days_of(column)
    return pd.factorize(column, use_na_sentinel=False)[0].astype(np.int64)


def require_whole_groups(spec: Spec, table: AnyTable) -> None:
    """Refuse units that are finer than the split's groups, whose rows depend on each other.

    Raises:
        DataError: rows of one group are of several units.
    """
    unit, rule = spec.evaluation.unit, spec.split
    if unit is None or not isinstance(rule, GroupSplit) or unit == rule.column:
        return
    (groups, names), (of_row, _) = coded_names(table[rule.column]), coded_names(table[unit])
    pairs = pd.DataFrame({"group": groups, "unit": of_row})[groups >= 0].drop_duplicates()
    units = pairs["group"].value_counts(sort=False).rename(dict(enumerate(names)))
    broken = units[units > 1]
    if len(broken):
        raise DataError(
            f"{spec.place('evaluation', 'unit')}: evaluation.unit: {unit} is finer than the split's group: expected one"
            f" {unit} for all rows of a {rule.column}; got {broken.iloc[0]} for {rule.column} {broken.index[0]}, and"
            f" several for {len(broken)} of {len(units)}; rows that depend on each other would be counted as"
            f" independent: leave the unit out, which resamples each {rule.column}, or name a column that is the same"
            " for all its rows"
        )
