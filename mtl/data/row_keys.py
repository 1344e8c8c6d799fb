"""What names a row: the columns of its key, or, where the spec has none, what the row holds.

The content of a row is the 64-bit hash of its cells in the columns that the study learns from and splits by: features,
labels, the split's column and the unit's. A number has one hash however its column was read, and so has a date; the
order of the columns is no matter. A row is the same as long as these cells are, whatever file it stands in: correct
one, or add a feature to the spec, and it is another row, which may change sides. Rows that hold the same are on the
same side, and are told apart by a number after the hash, in the order of the table.
"""

import hashlib

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from mtl.data.stored_table import AnyTable
from mtl.names import canonical_name, read_name
from mtl.spec import Spec, column_uses

CONTENT = "content"
"""What stands for the name of the column where rows are known by their content."""

HELD = ("feature", "label", "split", "unit")
"""Uses of the columns that make a row what it is. One that is only checked, or shown, does not."""

CHUNK = 1 << 18
"""Rows whose digits are in memory as texts at a time."""

MISSING, TEXT = np.uint64(0x9E3779B97F4A7C15), b"\x1ftext"

Hashes = NDArray[np.uint64]


def row_keys(spec: Spec, table: AnyTable) -> pd.DataFrame:
    """The columns that name each row of `table`, all sides of which or one whole side it holds."""
    if spec.data.key:
        return table[list(spec.data.key)]
    return pd.DataFrame({CONTENT: _numbered(content_hashes(spec, table))}, index=table.index)


def split_keys(spec: Spec, table: AnyTable) -> pd.DataFrame:
    """The columns by which rows are assigned to sides: those that name them, the same for rows that hold the same."""
    if spec.data.key:
        return table[list(spec.data.key)]
    return pd.DataFrame({CONTENT: _in_digits(content_hashes(spec, table))}).set_axis(table.index, axis="index")


def content_hashes(spec: Spec, table: AnyTable) -> Hashes:
    """The hash of what each row holds, uint64 [N]."""
    found = np.zeros(len(table), dtype=np.uint64)
    for name in sorted({use.column for use in column_uses(spec) if use.use in HELD}):
        found = _mixed(found ^ (_cell_hashes(table[name]) + np.uint64(_text_hash(name))))
    return found


def _in_digits(hashes: Hashes) -> pd.Series:
    """Hexadecimal, some rows at a time: as Python's texts, those of all rows would take 70 bytes each."""
    starts = range(0, max(len(hashes), 1), CHUNK)
    parts = ([f"{found:016x}" for found in hashes[start : start + CHUNK].tolist()] for start in starts)
    return pd.concat([pd.Series(part, dtype="str") for part in parts], ignore_index=True)


def _numbered(hashes: Hashes) -> list[str]:
    repeats = pd.Series(hashes).groupby(hashes).cumcount().tolist()
    return [
        f"{found:016x}" + (f".{repeat}" if repeat else "")
        for found, repeat in zip(hashes.tolist(), repeats, strict=True)
    ]


def _cell_hashes(column: pd.Series) -> Hashes:
    dtype = column.dtype
    numeric = types.is_numeric_dtype(dtype) and not types.is_bool_dtype(dtype) and not types.is_complex_dtype(dtype)
    if numeric:
        return _number_hashes(column.to_numpy(dtype=np.float64, na_value=np.nan))
    # Python takes True for 1: as names they are two.
    named = column.map(canonical_name, na_action="ignore") if types.is_object_dtype(dtype) else column
    codes, values = pd.factorize(named)
    of_value = np.array([_value_hash(value) for value in values], dtype=np.uint64)
    return np.append(of_value, MISSING)[codes]


def _value_hash(value: object) -> int:
    name = read_name(canonical_name(value))
    try:
        number = float(name)
    except ValueError:
        return _text_hash(name)
    return int(_number_hashes(np.array([number]))[0]) if np.isfinite(number) else _text_hash(name)


def _number_hashes(numbers: NDArray[np.float64]) -> Hashes:
    bits = (numbers + 0.0).view(np.uint64)  # of the two zeros one
    return np.where(np.isnan(numbers), MISSING, _mixed(bits))


def _text_hash(text: str) -> int:
    encoded = text.encode("utf-8", errors="surrogatepass")
    return int.from_bytes(hashlib.blake2b(TEXT + encoded, digest_size=8).digest(), "big")


def _mixed(bits: Hashes) -> Hashes:
    """Each number's bits, mixed: the finaliser of splitmix64 (Steele, Lea and Flood 2014)."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))
