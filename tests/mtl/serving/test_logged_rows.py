"""Which rows are logged, and what of them."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.data.splits import hash_fractions
from mtl.serving.bundle import Bundle
from mtl.serving.logged_rows import Exchange, LogTo, is_logged, logged_rows
from mtl.serving.open_inference import infer, table_of
from mtl.serving.request_body import CSV_TYPE, JSON_TYPE, RawTable, parse
from mtl.serving.scoring import predict

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROW: dict[str, Any] = {"age": 44.5, "weight": 70, "city": "Bonn", "note": "in much pain"}
of_json: Callable[[bytes], RawTable] = partial(parse, content_type=JSON_TYPE)
of_csv: Callable[[bytes], RawTable] = partial(parse, content_type=CSV_TYPE)


@pytest.fixture
def keyed(bundle: Bundle) -> Bundle:
    return replace(bundle, key=("clinic", "patient"))


def asked(bundle: Bundle, body: bytes, content_type: str = JSON_TYPE, time: datetime = NOON) -> Exchange:
    answer = orjson.dumps(predict(bundle, body, content_type))
    return Exchange("7", bundle, body, of_csv if content_type == CSV_TYPE else of_json, answer, time)


def records(*rows: dict[str, Any]) -> bytes:
    return json.dumps({"dataframe_records": rows}).encode()


def logged(exchange: Exchange, share: float = 1.0, *, texts: bool = False) -> list[dict[str, Any]]:
    table = logged_rows(exchange, LogTo(Path("unused"), share, texts))
    return [] if table is None else table.to_pylist()


@given(st.binary(max_size=40), st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_holds_the_smaller_ones(unit: bytes, one: float, other: float) -> None:
    if is_logged(unit, min(one, other)):
        assert is_logged(unit, max(one, other))
    assert is_logged(unit, 1.0)
    assert not is_logged(unit, 0.0)


def test_the_share_is_that_of_the_units() -> None:
    found = np.mean([is_logged(str(number).encode(), 0.1) for number in range(20_000)])
    assert found == pytest.approx(0.1, abs=4 * (0.1 * 0.9 / 20_000) ** 0.5)


def test_rows_of_every_side_of_a_split_are_logged_alike(keyed: Bundle) -> None:
    """By the hash that splits rows, a logged tenth would be rows of one side."""
    rows = [{**ROW, "clinic": "north", "patient": number} for number in range(2000)]
    found = {row["key.patient"] for row in logged(asked(keyed, records(*rows)), 0.5)}
    keys = pd.DataFrame({"clinic": "north", "patient": range(len(rows))})
    lower = hash_fractions(keys, "0") < 0.5
    chosen = np.array([str(number) in found for number in keys["patient"]])
    assert chosen[lower].mean() == pytest.approx(0.5, abs=4 * 0.5 / lower.sum() ** 0.5)
    assert chosen[~lower].mean() == pytest.approx(0.5, abs=4 * 0.5 / (~lower).sum() ** 0.5)


def test_a_key_is_logged_at_every_request_or_at_none(keyed: Bundle) -> None:
    rows = [{**ROW, "clinic": "north", "patient": number} for number in range(60)]
    together = [row["key.patient"] for row in logged(asked(keyed, records(*rows)), 0.3)]
    alone = [row["key.patient"] for each in rows for row in logged(asked(keyed, records({**each, "age": 3})), 0.3)]
    assert together == alone
    assert 0 < len(together) < len(rows)


def test_rows_without_a_whole_key_are_logged_with_their_request_or_not_at_all(keyed: Bundle, bundle: Bundle) -> None:
    counts = {bundle.key: set[int](), keyed.key: set[int]()}
    for model in (bundle, keyed):
        for age in range(40):
            exchange = asked(model, records({**ROW, "age": age}, ROW, ROW))
            counts[model.key].add(len(logged(exchange, 0.5)))
    assert counts == {(): {0, 3}, ("clinic", "patient"): {0, 3}}


def test_a_key_has_one_name_however_it_was_sent(keyed: Bundle) -> None:
    sent = [{**ROW, "clinic": "north", "patient": patient} for patient in (7, 7.0, "7")]
    assert [row["key.patient"] for row in logged(asked(keyed, records(*sent)))] == ["7", "7", "7"]
    missing = [{**ROW, "clinic": clinic, "patient": None} for clinic in ("", None)]
    assert {(row["key.clinic"], row["key.patient"]) for row in logged(asked(keyed, records(*missing)))} == {
        (None, None)
    }


def test_a_row_has_its_version_time_inputs_and_what_was_answered(keyed: Bundle) -> None:
    body = records({**ROW, "clinic": "north", "patient": 3}, {**ROW, "age": None, "city": None})
    later = NOON.astimezone(timezone(timedelta(hours=5)))
    exchange = asked(keyed, body, time=later)
    first, second = logged(exchange)
    answered = orjson.loads(exchange.answer)["predictions"]
    for row, answer in zip((first, second), answered, strict=True):
        assert {name: row[f"prediction.{name}"] for name in answer} == answer
        assert (row["version"], row["time"]) == ("7", NOON)
    assert (first["key.clinic"], first["key.patient"]) == ("north", "3")
    assert (first["input.age"], first["input.weight"], first["input.city"]) == (44.5, 70.0, "Bonn")
    assert (second["input.age"], second["input.city"], second["key.clinic"]) == (None, None, None)


def test_what_people_wrote_is_logged_on_request_alone(bundle: Bundle) -> None:
    exchange = asked(bundle, records(ROW))
    (without,), (with_texts,) = logged(exchange), logged(exchange, texts=True)
    assert "input.note" not in without
    assert "in much pain" not in str(without)
    assert with_texts["input.note"] == "in much pain"


def test_of_a_model_that_does_not_say_which_columns_are_texts_only_numbers_are_logged(bundle: Bundle) -> None:
    class Other:
        columns, outputs, key = bundle.columns, bundle.outputs, ()
        example, digest, predict = bundle.example, bundle.digest, bundle.predict

    (row,) = logged(replace(asked(bundle, records(ROW)), predictor=Other()))
    assert [name for name in row if name.startswith("input.")] == ["input.age", "input.weight"]


def test_rows_are_the_same_in_each_protocol(bundle: Bundle) -> None:
    text = b"age,weight,city,note\n44.5,70,Bonn,in much pain\n,61.25,NA,\n"
    rows = [ROW, {"age": None, "weight": 61.25, "city": None, "note": None}]
    kinds = {"age": "FP64", "weight": "FP64", "city": "BYTES", "note": "BYTES"}
    tensors = [
        {"name": name, "shape": [2], "datatype": kind, "data": [row[name] for row in rows]}
        for name, kind in kinds.items()
    ]
    body = json.dumps({"inputs": tensors}).encode()
    tensor_exchange = Exchange("7", bundle, body, table_of, infer("demo", "7", bundle, body), NOON)
    expected = logged(asked(bundle, records(*rows)))
    assert logged(asked(bundle, text, CSV_TYPE)) == expected
    assert logged(tensor_exchange) == expected


def test_a_prediction_that_nobody_asked_for_is_null(bundle: Bundle) -> None:
    inputs = [
        {"name": name, "shape": [1], "datatype": "FP64" if name in {"age", "weight"} else "BYTES", "data": [cell]}
        for name, cell in ROW.items()
    ]
    body = json.dumps({"inputs": inputs, "outputs": [{"name": "cost"}]}).encode()
    (row,) = logged(Exchange("7", bundle, body, table_of, infer("demo", "7", bundle, body), NOON))
    assert row["prediction.cost"] is not None
    assert row["prediction.ill"] is None


def test_columns_have_the_same_types_whatever_the_rows_lack(bundle: Bundle) -> None:
    empty = dict.fromkeys(ROW)
    tables = [logged_rows(asked(bundle, records(row)), LogTo(Path("unused"), 1.0)) for row in (ROW, empty)]
    first, second = (table.schema for table in tables if table is not None)
    assert first == second
    assert first.field("time").type == pa.timestamp("us", tz="UTC")
