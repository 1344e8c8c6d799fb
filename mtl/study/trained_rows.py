"""Which test rows an incumbent was trained on, by what its user declares."""

from pathlib import Path
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtl.data.sources.path import PathSource
from mtl.errors import DataError, MtlError, SpecError
from mtl.evaluation.incumbent_comparison import Declared
from mtl.names import canonical_names, read_times
from mtl.spec import IncumbentSpec, Spec, TimeSplit

Keys: TypeAlias = frozenset[tuple[str | None, ...]]


def declared_by(incumbent: IncumbentSpec) -> Declared:
    """By what it is said which rows an incumbent was trained on."""
    if incumbent.trained_before is not None:
        return "a day"
    return "nothing" if incumbent.trained_on_keys is None else "keys"


def read_keys(spec: Spec, task: str) -> Keys:
    """The keys of the rows that the incumbent of a task was trained on; none where no file of them is given.

    Raises:
        SpecError: no such file, or it lacks a column of the key.
        DataError: it cannot be read.
    """
    file = spec.incumbents[task].trained_on_keys
    if file is None:
        return frozenset()
    place = f"{spec.place('incumbents', task, 'trained_on_keys')}: incumbents.{task}.trained_on_keys"
    try:
        table = PathSource(file).read(Path())
    except SpecError as error:
        raise SpecError(f"{place}: {error}") from None
    except MtlError as error:
        raise DataError(f"{place}: {error}") from None
    missing = [column for column in spec.data.key if column not in table.columns]
    if missing:
        raise SpecError(f"{place}: '{file.name}' has no column {', '.join(missing)} of data.key; give the whole key")
    return frozenset(_named(table, spec.data.key))


def unseen_rows(spec: Spec, task: str, keys: Keys, rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Of raw rows, those that the incumbent of a task was not trained on; a row without a time may have been."""
    incumbent = spec.incumbents[task]
    if incumbent.trained_before is not None:
        times = read_times(rows[_time_column(spec, incumbent)])
        return (times >= pd.Timestamp(incumbent.trained_before)).to_numpy(dtype=np.bool_)
    if not keys:
        return np.ones(len(rows), dtype=np.bool_)
    return np.array([row not in keys for row in _named(rows, spec.data.key)], dtype=np.bool_)


def _time_column(spec: Spec, incumbent: IncumbentSpec) -> str:
    if incumbent.time is not None:
        return incumbent.time
    assert isinstance(spec.split, TimeSplit)  # the spec was held to it
    return spec.split.column


def _named(table: pd.DataFrame, key: tuple[str, ...]) -> list[tuple[str | None, ...]]:
    return list(zip(*(canonical_names(table[column]) for column in key), strict=True))
