"""Where rows come from: a shipped example, or the user's own file. The result is a `Frame` of the study's columns."""

import difflib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

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
    """Raise `SpecError`, one line per key, where the spec names a column that `table` lacks."""
    available = [str(column) for column in table.columns]
    mistakes = [
        f"{spec.place(*key)}: {'.'.join(key)}: no column '{column}' in the data; {_suggest(column, available)}"
        for key, column in _named_columns(spec)
        if column not in available
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


def _suggest(column: str, available: list[str]) -> str:
    close = difflib.get_close_matches(column, available, n=1)
    hint = f"did you mean '{close[0]}'? " if close else ""
    shown = ", ".join(available[:30]) + (", …" if len(available) > 30 else "")
    return f"{hint}columns: {shown}"


def _read_file(spec: Spec) -> pd.DataFrame:
    path, where = spec.data.path, spec.place("data", "path")
    if path is None or not path.is_file():
        raise SpecError(f"{where}: data.path: no file '{path}'; give a .csv, .tsv or .parquet file")
    try:
        match path.suffix.lower():
            case ".parquet":
                return pd.read_parquet(path)
            case ".csv" | ".tsv" as suffix:
                return pd.read_csv(path, sep="\t" if suffix == ".tsv" else ",", low_memory=False)
            case suffix:
                raise SpecError(f"{where}: data.path: cannot read '{suffix}'; allowed: .csv, .tsv, .parquet")
    except (ValueError, OSError) as error:
        raise DataError(f"{where}: data.path: '{path}' cannot be read as {path.suffix}: {error}") from error
