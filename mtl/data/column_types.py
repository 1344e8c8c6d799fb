"""What the cells of each column of a table are, as patterns of a spec ask for it."""

from collections import Counter
from collections.abc import Mapping

import pandas as pd
from pandas.api import types

from mtl.spec.features_section import ColumnType

OF_OBJECTS: Mapping[str, ColumnType] = {
    "string": "text",
    "boolean": "boolean",
    "integer": "numeric",
    "floating": "numeric",
    "mixed-integer-float": "numeric",
    "decimal": "numeric",
    "date": "date",
    "datetime": "date",
    "datetime64": "date",
}
"""By what pandas finds in a column of objects; anything else is of no type that has a name."""


def column_types(table: pd.DataFrame) -> dict[str, ColumnType]:
    """The type of every column of a table, in their order; `any` for one that has no other, or stands there twice.

    Truth values are no numbers, and dates that are spelled are texts: what is meant by them, only a spec can say.
    """
    counts = Counter(table.columns)
    return {
        str(name): _type_of(table.iloc[:, position]) if counts[name] == 1 else "any"
        for position, name in enumerate(table.columns)
    }


def _type_of(column: pd.Series) -> ColumnType:
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _type_of(pd.Series(dtype.categories))
    if types.is_bool_dtype(dtype):
        return "boolean"
    if types.is_numeric_dtype(dtype):
        return "any" if types.is_complex_dtype(dtype) else "numeric"
    if types.is_datetime64_any_dtype(dtype):
        return "date"
    return OF_OBJECTS.get(types.infer_dtype(column, skipna=True), "any")
