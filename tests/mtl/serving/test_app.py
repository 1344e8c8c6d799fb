import json
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest

from mtl.serving.app import predict
from mtl.serving.bundle import Bundle, load_bundle
from mtl.serving.request_body import RequestError
from tests.mtl.serving import bundles
from tests.mtl.serving.conftest import MAX_BODY

ROW: dict[str, Any] = {"age": 44.5, "weight": 70, "city": "Bonn", "note": "in much pain"}
OTHER: dict[str, Any] = {"age": None, "weight": 61.25, "city": None, "note": None}
NAMES = list(ROW)


def predicted(bundle: Bundle, *rows: dict[str, Any]) -> list[dict[str, Any]]:
    table = bundle.predict(pd.DataFrame(rows, dtype=object))
    return [dict(zip(bundles.OUTPUTS, row, strict=True)) for row in table.to_numpy().tolist()]


def ask(client: httpx.Client, body: object) -> httpx.Response:
    return client.post("/invocations", json=body)


def test_every_form_of_the_protocol_gives_each_tasks_prediction_by_name(client: httpx.Client, bundle: Bundle) -> None:
    expected = predicted(bundle, ROW, OTHER)
    forms: list[dict[str, Any]] = [
        {"dataframe_split": {"columns": NAMES, "index": [0, 1], "data": [[*ROW.values()], [*OTHER.values()]]}},
        {"dataframe_records": [ROW, OTHER]},
        {"dataframe_records": [ROW, {"weight": 61.25}], "params": {}},
        {"instances": [OTHER and ROW, OTHER]},
        {"inputs": [ROW, OTHER]},
        {"inputs": {name: [ROW[name], OTHER[name]] for name in reversed(NAMES)}},
    ]
    for form in forms:
        answer = ask(client, form)
        assert answer.status_code == 200, answer.text
        assert answer.headers["X-Model-Version"] == "7"
        assert answer.json() == {"predictions": [pytest.approx(row) for row in expected]}
        assert list(answer.json()["predictions"][0]) == list(bundles.OUTPUTS)


def test_csv_is_the_same_table_spelled_out(client: httpx.Client, bundle: Bundle) -> None:
    text = '\ufeffcity,note,age,weight\r\nBonn,"in much\npain",44.5,70\r\n\r\nNA,,,61.25\r\n'
    answer = client.post("/invocations", content=text.encode(), headers={"Content-Type": "text/csv; charset=UTF-8"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["predictions"] == [pytest.approx(row) for row in predicted(bundle, ROW, OTHER)]


def test_a_category_may_be_a_number_and_nan_stands_for_null(client: httpx.Client, bundle: Bundle) -> None:
    raw = '{"inputs": {"age": [NaN], "weight": [true], "city": [3.0], "note": ["tired"]}}'
    answer = client.post("/invocations", content=raw, headers={"Content-Type": "application/json"})
    expected = predicted(bundle, {"age": None, "weight": 1, "city": "3", "note": "tired"})
    assert answer.json()["predictions"] == [pytest.approx(row) for row in expected]


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in ROW.items() if key != name}


BAD_BODIES: list[tuple[object, list[str]]] = [
    ({"dataframe_records": [without("age")]}, ["'age' is missing", "expected age, weight, city, note", "got weight"]),
    ({"dataframe_records": [{**ROW, "extra": 1}]}, ["'extra' is not one of the model's; columns: age"]),
    ({"dataframe_records": [{**without("weight"), "wieght": 1}]}, ["'wieght'", "did you mean 'weight'?"]),
    ({"dataframe_records": [ROW, {**ROW, "age": "old"}]}, ["'age' expects a number", "a string 'old' in row 1"]),
    ({"dataframe_records": [{**ROW, "age": "44"}]}, ["'age'", "a string '44' in row 0"]),
    ({"dataframe_records": [{**ROW, "age": [1]}]}, ["'age'", "a list in row 0"]),
    ({"dataframe_records": [{**ROW, "age": 10**400}]}, ["'age'", "a number 1000"]),
    ({"dataframe_records": [{**ROW, "age": float("inf")}]}, ["'age'", "a number inf"]),
    ({"dataframe_records": [{**ROW, "note": 5}]}, ["'note' expects a string", "a number 5 in row 0"]),
    ({"dataframe_records": [{**ROW, "city": {}}]}, ["'city' expects a string", "an object in row 0"]),
    ({"dataframe_records": [{**ROW, "note": "\ud800"}]}, ["'note' expects a string of Unicode", "\\ud800"]),
    ({"dataframe_records": [{**ROW, "\udfff": 1}]}, ["is not one of the model's"]),
    ({"dataframe_records": []}, ["'age' is missing", "got no column"]),
    ({"dataframe_records": [[1, 2]]}, ["row 0 of 'dataframe_records'", "got a list"]),
    ({"dataframe_records": ROW}, ["'dataframe_records' must be a list", "got an object"]),
    ({"instances": [[1.0, 2.0, "x", "y"]]}, ["row 0 of 'instances' must be an object by column name"]),
    ({"dataframe_split": {"columns": NAMES, "data": []}}, ["at least one row"]),
    ({"dataframe_split": {"columns": NAMES, "data": [[1, 2]]}}, ["row 0 must have 4 values", "got 2 values"]),
    ({"dataframe_split": {"columns": NAMES, "data": [7]}}, ["row 0", "got a number"]),
    ({"dataframe_split": {"columns": ["age", "age"], "data": [[1, 2]]}}, ["each column once; repeated: age"]),
    ({"dataframe_split": {"data": [[1, 2]]}}, ["'columns'"]),
    ({"dataframe_split": {"columns": NAMES}}, ["'data'"]),
    ({"inputs": {**{name: [1] for name in NAMES}, "age": [1, 2]}}, ["one length", "'age' has 2", "'weight' has 1"]),
    ({"inputs": {"age": 3}}, ["column 'age' of 'inputs' must be a list", "got a number"]),
    ({"inputs": "x"}, ["'inputs' must be a list of objects", "got a string"]),
    ({"data": [ROW]}, ["exactly one of 'dataframe_split'", "got 'data'"]),
    ({"inputs": [ROW], "instances": [ROW]}, ["exactly one of", "got 'inputs', 'instances'"]),
    ({"inputs": [ROW], "params": {"threshold": 1}}, ["exactly one of", "'params'"]),
    ({}, ["exactly one of", "got no key"]),
    ([ROW], ["must be a JSON object", "got a list"]),
    (None, ["must be a JSON object", "got null"]),
]


@pytest.mark.parametrize(("body", "parts"), BAD_BODIES)
def test_a_bad_body_is_refused_by_the_name_of_what_is_wrong(
    client: httpx.Client, body: object, parts: list[str]
) -> None:
    headers = {"Content-Type": "application/json"}
    answer = client.post("/invocations", content=json.dumps(body).encode(), headers=headers)
    assert answer.status_code == 400
    assert answer.headers["X-Model-Version"] == "7"
    for part in parts:
        assert part in answer.json()["message"]


@pytest.mark.parametrize(
    ("content", "content_type", "status", "part"),
    [
        (b"{", "application/json", 400, "not JSON"),
        (b"", "application/json", 400, "not JSON"),
        (b"\xff", "application/json", 400, "UTF-8"),
        (b"[" * 15_000, "application/json", 400, "not JSON"),
        (b"9" * 5_000, "application/json", 400, "not JSON"),
        (b"{}", "application/xml", 415, "application/json or text/csv; got 'application/xml'"),
        (b"{}", "application/json; charset=latin-1", 415, "charset=utf-8"),
        (b"{}", "", 415, "got none"),
        (b" " * (MAX_BODY + 1), "application/json", 413, f"not be longer than {MAX_BODY} bytes"),
        (b"", "text/csv", 400, "got nothing"),
        (b"age,weight,city,note\n", "text/csv", 400, "at least one row"),
        (b"age,weight,city,note\n1,2,Bonn,x,5\n", "text/csv", 400, "record 1 must have 4 values"),
        (b"age,weight,city,note\n1,heavy,Bonn,x\n", "text/csv", 400, "'weight' expects a number or null; got a string"),
        (b'age,weight,city,note\n1,2,Bonn,"x\n', "text/csv", 400, "not CSV"),
        (b",age,weight,city,note\n0,1,2,Bonn,x\n", "text/csv", 400, "column '' is not one of the model's"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    client: httpx.Client, content: bytes, content_type: str, status: int, part: str
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    answer = client.post("/invocations", content=content, headers=headers)
    assert answer.status_code == status
    assert part in answer.json()["message"]


def test_a_prediction_that_overflows_is_refused_and_not_guessed(tmp_path: Path) -> None:
    small = load_bundle(bundles.bundle(tmp_path / "small", scale=1e-39))
    body = json.dumps({"dataframe_records": [ROW | {"age": None}, ROW]}).encode()
    with pytest.raises(RequestError, match=r"no finite prediction of .* for row 0"):
        predict(small, body, "application/json")


def test_ping_health_and_version(client: httpx.Client, bundle: Bundle) -> None:
    assert client.get("/ping").status_code == 200
    assert client.get("/health").json() == {
        "status": "ok",
        "reload_error": None,
        "model": "demo",
        "version": "7",
        "bundle": bundle.digest,
    }
    version = client.get("/version")
    assert version.headers["X-Model-Version"] == "7"
    assert version.json()["model"] == "demo"
    assert client.get("/invocations").status_code == 405
    assert client.get("/nothing").status_code == 404
