"""Where rows come from: a shipped example, or the user's own file. The result is a `Frame` of the study's columns."""

import difflib
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
from pandas.errors import ParserWarning

from mtl import examples
from mtl.data.frame import Frame, write_frame
from mtl.errors import DataError, SpecError
from mtl.spec import GroupSplit, Spec, TimeSplit


def read_source(spec: Spec, cache: Path, folder: Path) -> Frame:
    """Read the study's rows and store the columns it names in `folder`; `cache` keeps what was fetched.

    Raises:
        DataError: the source cannot be read.
        SpecError: the spec names a column that the data lacks, or a task without a single label.
    """
    table = examples.read(spec.data.example, cache) if spec.data.example else _read_file(spec)
    require_columns(spec, table)
    require_labels(spec, table)
    return write_frame(table[list(spec.columns)], folder)


def require_columns(spec: Spec, table: pd.DataFrame) -> None:
    """Raise `SpecError`, one line per key, where the spec names a column that `table` lacks or has more than once."""
    available = list(table.columns)
    mistakes = [
        f"{spec.place(*key)}: {'.'.join(key)}: {_wrong_count(column, available)}"
        for key, column in _named_columns(spec)
        if available.count(column) != 1
    ]
    if mistakes:
        raise SpecError("\n".join(mistakes))


def require_labels(spec: Spec, table: pd.DataFrame) -> None:
    """Raise `SpecError` for a task whose label column holds nothing."""
    for task in spec.tasks:
        if not table[spec.label(task)].notna().any():
            raise SpecError(
                f"{spec.place('tasks', task)}: tasks.{task}: column '{spec.label(task)}' holds no label in"
                f" {len(table)} rows; remove the task or give it labels"
            )


def _named_columns(spec: Spec) -> Iterator[tuple[tuple[str, ...], str]]:
    for index, column in enumerate(spec.data.key):
        yield ("data", "key", str(index)), column
    if isinstance(spec.split, GroupSplit | TimeSplit):
        yield ("split", "column"), spec.split.column
    if spec.evaluation.unit:
        yield ("evaluation", "unit"), spec.evaluation.unit
    for kind in ("numeric", "categorical"):
        for index, column in enumerate(getattr(spec.features, kind)):
            yield ("features", kind, str(index)), column
    if spec.features.text:
        yield ("features", "text"), spec.features.text
    for task in spec.tasks:
        yield ("tasks", task, "label"), spec.label(task)
    for column in spec.checks.columns:
        yield ("checks", "columns", column), column


def _wrong_count(column: str, available: list[str]) -> str:
    if column in available:
        return f"column '{column}' stands {available.count(column)} times in the data; which one is meant?"
    close = difflib.get_close_matches(column, available, n=1)
    hint = f"did you mean '{close[0]}'? " if close else ""
    shown = ", ".join(available[:30]) + (", …" if len(available) > 30 else "")
    return f"no column '{column}' in the data; {hint}columns: {shown}"


def _read_file(spec: Spec) -> pd.DataFrame:
    path, where = spec.data.path, spec.place("data", "path")
    if path is None or not path.is_file():
        raise SpecError(f"{where}: data.path: no file '{path}'; give a .csv, .tsv or .parquet file")
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise SpecError(f"{where}: data.path: cannot read '{path.suffix}'; allowed: {', '.join(_READERS)}")
    try:
        return reader(path)
    except (ValueError, OSError, pa.ArrowException, ParserWarning) as error:
        reason = " ".join(str(error).split())
        raise DataError(f"{where}: data.path: '{path}' cannot be read as {path.suffix}: {reason}") from error


def _read_csv(path: Path, separator: str = ",") -> pd.DataFrame:
    with warnings.catch_warnings():
        # Of more cells in a row than names in the header pandas drops the surplus, whatever was meant.
        warnings.simplefilter("error", ParserWarning)
        table = pd.read_csv(path, sep=separator, low_memory=False, index_col=False)
    # pandas calls the second of two columns 'x' 'x.1': as if the first were the one that is meant.
    header = pd.read_csv(path, sep=separator, header=None, nrows=1, dtype=str, index_col=False, keep_default_na=False)
    return table.set_axis(header.iloc[0].tolist(), axis="columns")


def _read_tsv(path: Path) -> pd.DataFrame:
    return _read_csv(path, "\t")


def _read_parquet(path: Path) -> pd.DataFrame:
    table = pd.read_parquet(path)
    named = [name for name in table.index.names if name is not None and name not in table.columns]
    # What pandas stored as an index is a column for everyone else.
    whole = table.reset_index(named).reset_index(drop=True)
    return whole.set_axis([str(column) for column in whole.columns], axis="columns")


_READERS: Mapping[str, Callable[[Path], pd.DataFrame]] = {
    ".csv": _read_csv,
    ".tsv": _read_tsv,
    ".parquet": _read_parquet,
}
