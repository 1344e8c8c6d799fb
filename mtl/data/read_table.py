"""The rows of a study as a `Frame` of the columns that its spec names."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pandas as pd

from mtl.data.column_types import column_types
from mtl.data.frame import Frame, write_frame
from mtl.data.missing_marks import without_marks
from mtl.data.names_in_data import columns_to_type, named_by, require_labels
from mtl.data.read_by_column import read_by_column
from mtl.data.single_values import with_single_values
from mtl.data.spelled_dates import with_dates
from mtl.errors import DataError, SpecError
from mtl.spec import Spec, column_uses
from mtl.storage import scratch_folder

Answer = TypeVar("Answer")


def read_source(spec: Spec, cache: Path, folder: Path) -> Frame:
    """The rows of `read_study` alone, for a spec that names its columns."""
    return read_study(spec, cache, folder)[1]


def read_study(spec: Spec, cache: Path, folder: Path) -> tuple[Spec, Frame]:
    """Read the study's rows and store the columns it names in `folder`; `cache` keeps what was fetched.

    Returns:
        The spec with the names of the columns in place of patterns, of which all that follows is to be made; the rows.

    Raises:
        DataError: the source cannot be read.
        SpecError: there is no such source, the spec names a column that the data lack, or a task has not one label.
    """
    source = spec.data.source
    with scratch_folder(folder) as scratch:
        reader = _asked(spec, lambda: source.by_column(cache, scratch, spec.data.in_memory_bytes))
        if reader is not None:
            found, frame = read_by_column(spec, reader, folder, scratch)
            return found, replace(frame, in_memory=spec.data.in_memory_bytes)
    table = _asked(spec, lambda: source.read(cache))
    spec = named_in(spec, table)
    read = {use.column for use in column_uses(spec) if use.use in ("feature", "label")}
    table = without_marks(table, sorted(read), spec.data.missing)
    require_labels(spec, table)
    try:
        table = with_dates(table, spec.data.dates)
        frame = write_frame(with_single_values(spec, table[list(spec.columns)]), folder)
    except DataError as error:
        raise DataError(f"{_place(spec)}: {error}") from error
    return spec, replace(frame, in_memory=spec.data.in_memory_bytes)


def _asked(spec: Spec, asked: Callable[[], Answer]) -> Answer:
    """What the source answers; whatever it raises, the user is told in one line."""
    try:
        return asked()
    except SpecError as error:
        raise SpecError(f"{_place(spec)}: {error}") from error
    except Exception as error:
        raise DataError(f"{_place(spec)}: {' '.join(str(error).split())}") from error


def _place(spec: Spec) -> str:
    name = spec.data.source_name
    return f"{spec.place('data', name)}: data.{name}"


def named_in(spec: Spec, table: pd.DataFrame) -> Spec:
    """The spec with the columns of `table` in place of patterns; raises what `named_by` does."""
    asked = columns_to_type(spec, list(table.columns))
    typed = table if asked is None else without_marks(table, asked, spec.data.missing)
    return named_by(spec, column_types(typed), list(table.columns))
