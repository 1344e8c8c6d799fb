"""Predictions that should be the same, and rows as a client sends them."""

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtl.names import canonical_names, read_numbers
from mtl.serving.predictor import Predictor

TOLERANCE = 1e-5
"""Largest difference of a number, absolute and relative."""


def difference(got: pd.DataFrame, expected: pd.DataFrame, tolerance: float = TOLERANCE) -> str | None:
    """The first difference in words; None when all columns of `expected` agree. NaN agrees with nothing."""
    if expected.empty:
        return "there is no expected prediction to compare with"
    if len(got) != len(expected):
        return f"{len(got)} predictions for {len(expected)} rows"
    for name in expected.columns:
        if name not in got.columns:
            return f"no column '{name}' among the predictions: {', '.join(map(str, got.columns))}"
        agree = _agree(got[name], expected[name], tolerance)
        if not agree.all():
            row = int(np.argmin(agree))
            values = f"{expected[name].iloc[row]} was evaluated, {got[name].iloc[row]} came"
            return f"'{name}' differs in {int((~agree).sum())} of {len(agree)} rows; in row {row}, {values}"
    return None


def _agree(got: pd.Series, expected: pd.Series, tolerance: float) -> NDArray[np.bool_]:
    if not pd.api.types.is_numeric_dtype(expected):
        return np.array([a == b for a, b in zip(got, expected, strict=True)], dtype=np.bool_)
    numbers = pd.to_numeric(got, errors="coerce").to_numpy(dtype=np.float64)
    known = expected.to_numpy(dtype=np.float64)
    agree: NDArray[np.bool_] = np.isclose(numbers, known, rtol=tolerance, atol=tolerance)
    return agree


def plain_columns(predictor: Predictor, rows: pd.DataFrame) -> dict[str, list[object]]:
    """The rows as a client sends them: JSON knows neither NaN nor infinity, which count as missing."""
    columns: dict[str, list[object]] = {}
    for column in predictor.columns:
        if column.cell.type == "number":
            numbers = read_numbers(rows[column.name])
            columns[column.name] = [value if math.isfinite(value) else None for value in numbers.tolist()]
        else:
            columns[column.name] = list(canonical_names(rows[column.name]))
    return columns
