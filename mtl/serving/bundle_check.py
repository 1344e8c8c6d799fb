"""A fresh process's view of a bundle: does it predict what was evaluated, and does it answer over HTTP?

echo '["BUNDLE", "ROWS.parquet", "EXPECTED.parquet"]' | python -m mtl.serving.bundle_check   → one line of JSON
"""

import json
import sys
from pathlib import Path

import httpx
import pandas as pd

from mtl.serving.app import create_app
from mtl.serving.bundle import load_bundle
from mtl.serving.compared import difference, plain_columns
from mtl.serving.predictor import Predictor
from mtl.serving.reload import FixedSource, Follower
from mtl.serving.server import running

__all__ = ["ask", "check", "difference"]

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
            body = {"inputs": plain_columns(predictor, rows)}
            answer = client.post(f"http://127.0.0.1:{port}/invocations", json=body)
        if answer.status_code != httpx.codes.OK:
            return f"HTTP {answer.status_code}: {answer.text[:300]}"
        differs = difference(pd.DataFrame(answer.json()["predictions"]), expected)
        return f"over HTTP, {differs}" if differs else None
    except (httpx.HTTPError, OSError) as failure:
        return f"no answer over HTTP: {failure or type(failure).__name__}"


def main() -> None:
    """Check the bundle that standard input names, once everything is imported."""
    folder, rows, expected = map(Path, json.load(sys.stdin))
    sys.stdout.write(json.dumps(check(folder, pd.read_parquet(rows), pd.read_parquet(expected))) + "\n")


if __name__ == "__main__":
    main()
