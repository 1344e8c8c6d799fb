"""The rows of a study whose table memory does not hold, read column by column as others are read at once."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from mtl.data.column_reader import ColumnReader
from mtl.data.column_types import column_types
from mtl.data.frame import Frame
from mtl.data.frame_writer import write_by_column
from mtl.data.missing_marks import without_marks
from mtl.data.names_in_data import columns_to_type, named_by, require_labels
from mtl.data.single_values import with_single_values
from mtl.data.spelled_dates import with_dates
from mtl.errors import DataError
from mtl.spec import Spec, column_uses
from mtl.spec.features_section import ColumnType


def read_by_column(spec: Spec, reader: ColumnReader, folder: Path, scratch: Path) -> tuple[Spec, Frame]:
    """The spec with the names of its columns, and its rows, stored in `folder`; what `read_study` gives of the whole.

    Raises:
        SpecError: the spec names a column that the data lack, or a task has not one label.
        DataError: a column cannot be stored.
    """
    spec = named_by(spec, _types(spec, reader), reader.names)
    labels = {spec.label(task): reader.read(spec.label(task)) for task in spec.tasks}
    require_labels(spec, pd.DataFrame(labels))
    del labels
    place = f"{spec.place('data', spec.data.source_name)}: data.{spec.data.source_name}"
    try:
        return spec, write_by_column(_columns(spec, reader), folder, scratch)
    except DataError as error:
        raise DataError(f"{place}: {error}") from error


def _types(spec: Spec, reader: ColumnReader) -> dict[str, ColumnType]:
    """The columns' types, where a pattern asks for them, for which all of them are read; else their names alone."""
    asked, counted = columns_to_type(spec, reader.names), Counter(reader.names)
    if asked is None:
        return dict.fromkeys(reader.names, "any")
    types: dict[str, ColumnType] = {}
    for name in reader.names:
        if counted[name] == 1:
            column = reader.read(name).to_frame()
            types |= column_types(without_marks(column, [name], spec.data.missing) if name in asked else column)
        else:
            types[name] = "any"
    return types


def _columns(spec: Spec, reader: ColumnReader) -> Iterator[pd.DataFrame]:
    """As they are stored."""
    read = {use.column for use in column_uses(spec) if use.use in ("feature", "label")}
    for name in spec.columns:
        column = reader.read(name).to_frame()
        column.attrs = dict(reader.attrs)
        if name in read:
            column = without_marks(column, [name], spec.data.missing)
        if name in spec.data.dates:
            column = with_dates(column, {name: spec.data.dates[name]})
        yield with_single_values(spec, column)
