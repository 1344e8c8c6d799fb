"""Numbers and dates that stand far from the rest: marks of missing values, slips of a decimal point."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data_checks.finding import Finding
from data_checks.roles import Role
from mtl.data.number_marks import marks_in
from mtl.features.robust_scale import robust_scale
from mtl.names import read_numbers, read_times
from mtl.spec import Spec

MARK, FAR = "no_mark_of_a_missing_value", "no_number_far_from_all_others"

FURTHEST = 1e4
"""Robust scales from the median beyond which a single number is told; a lognormal of σ = 2 stays within a thousand."""


def odd_numbers(spec: Spec, role: Role, column: pd.Series) -> Iterator[Finding]:
    """Warnings on a column of numbers or of dates."""
    dates = "dates" in role.holds
    values = _days(column) if dates else read_numbers(column)
    known = values[~np.isnan(values)]
    marks = tuple(marks_in(known))
    for mark in marks:
        rows = np.flatnonzero(values == mark.value)
        shown, low, high = (_shown(number, dates) for number in (mark.value, mark.least, mark.most))
        yield Finding(
            MARK,
            role.column,
            "warning",
            f"{role.column}: values of one range; {len(rows)} of {len(column)} rows hold {shown}, all others lie"
            f" between {low} and {high}; if it stands for a missing value, write `missing: [{shown}]` under data"
            f" ({spec.place('data')})",
            rows,
        )
    far = np.isin(values, far_from_all(known[~np.isin(known, [mark.value for mark in marks])]))
    if far.any():
        rows = np.flatnonzero(far)
        yield Finding(
            FAR,
            role.column,
            "warning",
            f"{role.column}: values of one size; {len(rows)} of {len(column)} rows hold"
            f" {_shown(values[rows[0]], dates)} or the like, more than {FURTHEST:g} times as far from the median as the"
            f" middle half of the values spreads; correct the data, or bound it under checks.columns"
            f" ({spec.place('checks')})",
            rows,
        )


def far_from_all(known: NDArray[np.float64]) -> NDArray[np.float64]:
    """The numbers that are further from the median than any scale explains."""
    if not len(known):
        return known
    median = float(np.median(known))
    scale = robust_scale(known, median)
    far: NDArray[np.float64] = known[np.abs(known - median) > FURTHEST * scale] if scale else known[:0]
    return far


def _days(column: pd.Series) -> NDArray[np.float64]:
    return np.asarray((read_times(column) - pd.Timestamp(0).as_unit("s")) / pd.Timedelta(days=1), dtype=np.float64)


def _shown(number: float, date: bool) -> str:
    if not date:
        return f"{number:.12g}"
    return str(np.datetime64(0, "s") + np.timedelta64(round(86400 * number), "s")).removesuffix("T00:00:00")
