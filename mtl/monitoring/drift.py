"""Are the rows that come like those that a model was made from?

Each column is asked twice: how large the change is (the population stability index; for numbers also the
Kolmogorov–Smirnov distance, for names Cramér's V), and whether chance would make as large a one (KS and χ² tests). It
counts as drift only if it is large *and* no chance: of a million rows each change is sure, of thirty each is large.

References:
    B. Yurdakul and J. Naranjo (2020), Statistical properties of the population stability index, Journal of Risk Model
    Validation 14(4): of like rows it is about (bins − 1) (1/n + 1/m), far below what counts as large here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2, kstwobign

from mtl.monitoring.profile import LEVELS, ColumnProfile, Profile, hashed
from mtl.names import canonical_names, read_numbers

FloatArray = NDArray[np.float64]

LARGE = 0.2
"""The stability index from which a change is one to act on; below 0.1 it is none."""

CHANCE = 0.001
"""Of a change that chance makes, for all columns together."""

STEP = 0.01
"""Between two percentiles."""

DECILES = slice(9, 90, 10)
"""Those among the percentiles."""

FLOOR = 1e-4
"""The least share of a bin in the index, whose logarithm knows no zero."""


@dataclass(frozen=True)
class ColumnDrift:
    """How one column changed.

    Attributes:
        column: its name in the log, such as `input.age`.
        rows: that came.
        index: the population stability index, missing values a bin of their own.
        distance: Kolmogorov–Smirnov distance of known numbers, or Cramér's V of names, in [0, 1].
        p_value: of as large a change by chance, not yet corrected for the number of columns.
        missing: the share without a value, then and now.
        drifted: whether it is large and no chance.
    """

    column: str
    rows: int
    index: float
    distance: float
    p_value: float
    missing: tuple[float, float]
    drifted: bool


def drift_of(profile: Profile, table: pd.DataFrame) -> tuple[ColumnDrift, ...]:
    """The columns that both have, the largest change first; none before the first row."""
    shared = [name for name in profile.columns if name in table.columns] if len(table) else []
    found = (_column(name, profile.columns[name], table[name], len(shared)) for name in shared)
    return tuple(sorted(found, key=lambda drift: -drift.index))


def _column(name: str, then: ColumnProfile, column: pd.Series, columns: int) -> ColumnDrift:
    of = _of_numbers if then.shares is None else _of_names
    before, after, distance, p_value = of(then, column)
    missing = float(1 - after.sum())
    index = _stability_index(np.append(before, then.missing), np.append(after, missing))
    # A share of gaps that changes is a change, too.
    gaps = np.array([1 - then.missing, then.missing]), np.array([1 - missing, missing])
    p_value = min(1.0, 2 * min(p_value, _chi_squared(*gaps, then.rows, len(column))[1]))
    drifted = index >= LARGE and p_value * columns < CHANCE
    return ColumnDrift(name, len(column), index, distance, p_value, (then.missing, missing), drifted)


def _of_numbers(then: ColumnProfile, column: pd.Series) -> tuple[FloatArray, FloatArray, float, float]:
    """Shares of all rows between deciles, then and now; the KS distance at the percentiles, and its p-value."""
    values = read_numbers(column)
    known = np.sort(values[~np.isnan(values)])
    edges = np.unique(np.array(then.percentiles)[DECILES])
    then_at = np.searchsorted(np.array(then.percentiles), edges, side="right") / (len(LEVELS) + 1)
    before = np.diff(np.concatenate([[0.0], then_at, [1.0]])) * (1 - then.missing)
    at = np.searchsorted(known, edges, side="right") / max(len(known), 1)
    after = np.diff(np.concatenate([[0.0], at, [1.0]])) * len(known) / len(values)
    if not len(known):
        return before, after, 0.0, 1.0
    return before, after, *_kolmogorov_smirnov(then, known)


def _kolmogorov_smirnov(then: ColumnProfile, known: FloatArray) -> tuple[float, float]:
    percentiles = np.array(then.percentiles)
    ends = np.flatnonzero(np.append(np.diff(percentiles) > 0, True))
    starts = np.append(0, ends[:-1] + 1)
    right = np.searchsorted(known, percentiles[ends], side="right") / len(known)
    left = np.searchsorted(known, percentiles[ends], side="left") / len(known)
    # Between two percentiles the old curve is known to a hundredth: what that may explain is no distance.
    upper, lower = LEVELS[ends], LEVELS[starts]
    apart = np.stack([upper - right, right - upper - STEP, left - lower, lower - STEP - left])
    distance = max(float(apart.max()), 0.0)
    rows = then.rows * (1 - then.missing)
    together = np.sqrt(rows * len(known) / (rows + len(known)))
    return distance, float(kstwobign.sf(together * distance))


def _of_names(then: ColumnProfile, column: pd.Series) -> tuple[FloatArray, FloatArray, float, float]:
    """Shares of all rows by name, the rarer ones together; Cramér's V of the known, and the p-value of χ²."""
    names = [name for name in canonical_names(column) if name is not None]
    counted = pd.Series(names, dtype=object).value_counts(normalize=True)
    now: Mapping[str, float] = {hashed(str(name)): float(share) for name, share in counted.items()}
    shares = then.shares or {}
    old = np.array([*shares.values(), max(0.0, 1 - sum(shares.values()))])
    new = np.array([now.get(name, 0.0) for name in shares])
    new = np.append(new, max(0.0, 1 - new.sum()) if names else 0.0)
    present = len(names) / len(column)
    if not names:
        return old * (1 - then.missing), new, 0.0, 1.0
    rows = then.rows * (1 - then.missing)
    distance, p_value = _chi_squared(old, new, rows, len(names))
    return old * (1 - then.missing), new * present, distance, p_value


def _chi_squared(old: FloatArray, new: FloatArray, rows: float, others: float) -> tuple[float, float]:
    """Cramér's V of two rows of a table of counts, and the p-value of their being alike."""
    counts = np.stack([old * rows, new * others])
    counts = counts[:, counts.sum(axis=0) > 0]
    if counts.shape[1] < 2:
        return 0.0, 1.0
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / counts.sum()
    statistic = float(((counts - expected) ** 2 / expected).sum())
    return float(np.sqrt(statistic / counts.sum())), float(chi2.sf(statistic, counts.shape[1] - 1))


def _stability_index(before: FloatArray, after: FloatArray) -> float:
    old, new = (np.maximum(shares, FLOOR) for shares in (before, after))
    return float(((new - old) * np.log(new / old)).sum())
