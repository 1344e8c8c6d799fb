"""A fresh process's view of a bundle: does it predict what was evaluated, and does it answer over HTTP?

echo '["BUNDLE", "ROWS.parquet", "EXPECTED.parquet"]' | python -m mtl.serving.bundle_check   → one line of JSON
"""

import json
import math
import sys
from pathlib import Path

import httpx
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtl.names import canonical_names, read_numbers
from mtl.serving.app import create_app
from mtl.serving.bundle import load_bundle
from mtl.serving.predictor import Predictor
from mtl.serving.reload import FixedSource, Follower
from mtl.serving.server import running

TOLERANCE = 1e-5
"""Largest difference of a number, absolute and relative."""

ROWS_OVER_HTTP = 50
HTTP_SECONDS = 30.0
"""Seconds for the HTTP answer."""


def check(folder: Path, rows: pd.DataFrame, expected: pd.DataFrame) -> dict[str, object]:
    """Load the bundle, predict, serve, ask; `reproduces`, `answers` and `detail` say how it went."""
    predictor = load_bundle(folder)
    rows, expected = rows.reset_index(drop=True), expected.reset_index(drop=True)
    differs = difference(predictor.predict(rows), expected)
    silent = ask(folder, predictor, rows.head(ROWS_OVER_HTTP), expected.head(ROWS_OVER_HTTP))
    good = f"{len(rows)} rows predicted in a fresh process as evaluated, and {min(len(rows), ROWS_OVER_HTTP)} over HTTP"
    detail = "; ".join(filter(None, [differs, silent])) or good
    return {"reproduces": differs is None, "answers": silent is None, "detail": detail}


def ask(folder: Path, predictor: Predictor, rows: pd.DataFrame, expected: pd.DataFrame) -> str | None:
    """Put the rows to the real app on a loopback port; None when it answers with the expected predictions."""
    app = create_app("candidate", Follower(FixedSource("candidate", folder), load=lambda _: predictor))
    try:
        with running(app) as port, httpx.Client(trust_env=False, timeout=HTTP_SECONDS) as client:
            body = {"inputs": _plain_columns(predictor, rows)}
            answer = client.post(f"http://127.0.0.1:{port}/invocations", json=body)
        if answer.status_code != httpx.codes.OK:
            return f"HTTP {answer.status_code}: {answer.text[:300]}"
        differs = difference(pd.DataFrame(answer.json()["predictions"]), expected)
        return f"over HTTP, {differs}" if differs else None
    except (httpx.HTTPError, OSError) as failure:
        return f"no answer over HTTP: {failure or type(failure).__name__}"


def difference(got: pd.DataFrame, expected: pd.DataFrame) -> str | None:
    """The first difference in words; None when all columns of `expected` agree. NaN agrees with nothing."""
    if expected.empty:
        return "there is no expected prediction to compare with"
    if len(got) != len(expected):
        return f"{len(got)} predictions for {len(expected)} rows"
    for name in expected.columns:
        if name not in got.columns:
            return f"no column '{name}' among the predictions: {', '.join(map(str, got.columns))}"
        agree = _agree(got[name], expected[name])
        if not agree.all():
            row = int(np.argmin(agree))
            values = f"{expected[name].iloc[row]} was evaluated, {got[name].iloc[row]} came"
            return f"'{name}' differs in {int((~agree).sum())} of {len(agree)} rows; in row {row}, {values}"
    return None


def _agree(got: pd.Series, expected: pd.Series) -> NDArray[np.bool_]:
    if not pd.api.types.is_numeric_dtype(expected):
        return np.array([a == b for a, b in zip(got, expected, strict=True)], dtype=np.bool_)
    numbers = pd.to_numeric(got, errors="coerce").to_numpy(dtype=np.float64)
    agree: NDArray[np.bool_] = np.isclose(numbers, expected.to_numpy(dtype=np.float64), rtol=TOLERANCE, atol=TOLERANCE)
    return agree


def _plain_columns(predictor: Predictor, rows: pd.DataFrame) -> dict[str, list[object]]:
    """The rows as a client sends them: JSON knows neither NaN nor infinity, which count as missing."""
    columns: dict[str, list[object]] = {}
    for column in predictor.columns:
        if column.cell.type == "number":
            numbers = read_numbers(rows[column.name])
            columns[column.name] = [value if math.isfinite(value) else None for value in numbers.tolist()]
        else:
            columns[column.name] = list(canonical_names(rows[column.name]))
    return columns


def main() -> None:
    """Check the bundle that standard input names, once everything is imported."""
    folder, rows, expected = map(Path, json.load(sys.stdin))
    sys.stdout.write(json.dumps(check(folder, pd.read_parquet(rows), pd.read_parquet(expected))) + "\n")


if __name__ == "__main__":
    main()
