"""Dates and truth values, some of them missing: trained, bundled, asked over HTTP, answered as was evaluated."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pandas as pd
import pytest
import torch

from mtl.data.frame import write_frame
from mtl.data.prepared import prepare
from mtl.models.predictions import predictions_of
from mtl.models.shape import NetworkShape
from mtl.serving.app import create_app
from mtl.serving.bundle import load_bundle, to_answer, write_bundle
from mtl.serving.bundle_check import check
from mtl.serving.reload import FixedSource, Follower
from mtl.serving.server import running
from mtl.training.fit import Budget, fit
from mtl.weighting.schemes.equal import Equal
from tests.mtl.data.patients import TEXT, patients, spec

KINDS = TEXT.replace("  text: note\n", "  text: note\n  datetime: [admitted]\n  boolean: [smoker, insured]\n")
STUDY = spec(text=KINDS.replace("model: {", "training: {epochs: 2}\nmodel: {trunk: [8], "))
EXPECTED_TYPES = {"admitted": "string", "smoker": "number", "insured": "number"}


def visits() -> pd.DataFrame:
    """The patients with a time of admission and two truth values of different types, a tenth of them missing."""
    draw, table = np.random.default_rng(5), patients(120)
    hours = pd.to_timedelta(draw.integers(24, size=120), unit="h")
    smoker, insured = draw.integers(2, size=120) == 1, draw.integers(2, size=120).astype(float)
    missing = draw.uniform(size=(3, 120)) < 0.1
    return table.assign(
        admitted=(table["day"] + hours).mask(missing[0]),
        smoker=pd.Series(smoker, dtype=object).mask(missing[1], None),
        insured=np.where(missing[2], np.nan, insured),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a bundle, the rows of the test side and what the network predicts for them."""
    folder = tmp_path_factory.mktemp("visits")
    frame = write_frame(visits(), folder / "frames")
    prepared = prepare(STUDY, frame, folder / "prepared")
    shape = NetworkShape.of(prepared.transforms, STUDY.model, prepared.tasks)
    train, validation = prepared.side("train"), prepared.side("validation")
    fitted = fit(prepared.tasks, Equal(), train, validation, Budget(shape, STUDY.training, 0))
    test = prepared.side("test")
    rows = frame.table[list(STUDY.features.columns)].iloc[test.rows].reset_index(drop=True)
    write_bundle(folder / "bundle", prepared.tasks, prepared.transforms, shape, fitted.network.state_dict(), rows[:3])
    answer = to_answer(prepared.tasks, predictions_of(fitted.network, prepared.tasks, test.inputs))
    rows.to_parquet(folder / "rows.parquet")
    answer.to_parquet(folder / "expected.parquet")
    return folder


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[httpx.Client]:
    app = create_app("visits", Follower(FixedSource("1", folder / "bundle")))
    with running(app) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        yield client


def plain(value: object) -> object:
    """A cell as JSON has it."""
    if value is None or value is pd.NaT or str(value) == "nan":
        return None
    return value.isoformat() if isinstance(value, pd.Timestamp) else value


def test_json_rows_are_answered_as_the_arrays_were(folder: Path, client: httpx.Client) -> None:
    rows, expected = pd.read_parquet(folder / "rows.parquet"), pd.read_parquet(folder / "expected.parquet")
    assert rows[list(EXPECTED_TYPES)].isna().any().all()
    records = [{name: plain(value) for name, value in row.items()} for row in rows.to_dict("records")]
    answer = client.post("/invocations", json={"dataframe_records": records})
    assert answer.status_code == httpx.codes.OK, answer.text
    found = pd.DataFrame(answer.json()["predictions"])
    pd.testing.assert_frame_equal(found, expected, rtol=1e-5)


def test_csv_rows_are_answered_as_the_arrays_were(folder: Path, client: httpx.Client) -> None:
    rows, expected = pd.read_parquet(folder / "rows.parquet"), pd.read_parquet(folder / "expected.parquet")
    text = rows.to_csv(index=False, na_rep="NULL")
    answer = client.post("/invocations", content=text, headers={"Content-Type": "text/csv"})
    assert answer.status_code == httpx.codes.OK, answer.text
    found = pd.DataFrame(answer.json()["predictions"])
    pd.testing.assert_frame_equal(found.drop(columns="stage"), expected.drop(columns="stage"), rtol=1e-4)


def test_a_fresh_look_at_the_bundle_agrees(folder: Path) -> None:
    rows, expected = pd.read_parquet(folder / "rows.parquet"), pd.read_parquet(folder / "expected.parquet")
    found = check(folder / "bundle", rows, expected)
    assert (found["reproduces"], found["answers"]) == (True, True), found["detail"]


def test_each_of_the_new_columns_counts(folder: Path) -> None:
    bundle, rows = load_bundle(folder / "bundle"), pd.read_parquet(folder / "rows.parquet")
    assert {column.name: column.cell.type for column in bundle.columns}.items() >= EXPECTED_TYPES.items()
    with torch.no_grad():
        for parameter in bundle.network.parameters():
            parameter.add_(0.1)
    before = bundle.predict(rows)["cost"]
    for name in EXPECTED_TYPES:
        assert (bundle.predict(rows.assign(**{name: None}))["cost"] != before).any(), name


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("admitted", "soon", "an ISO 8601 date or null; got a string 'soon'"),
        ("admitted", 20200101, "an ISO 8601 date or null; got a number 20200101"),
        ("smoker", 2, "true, false, 1, 0 or null; got a number 2"),
        ("smoker", "true", "true, false, 1, 0 or null; got a string 'true'"),
        ("insured", [], "true, false, 1, 0 or null; got a list"),
    ],
)
def test_what_is_no_date_and_no_truth_value_is_refused(
    client: httpx.Client, column: str, value: object, expected: str
) -> None:
    row: dict[str, object] = dict.fromkeys(STUDY.features.columns)
    answer = client.post("/invocations", json={"dataframe_records": [{**row, column: value}]})
    assert answer.status_code == httpx.codes.BAD_REQUEST
    assert answer.json()["message"] == f"column '{column}' expects {expected} in row 0"
