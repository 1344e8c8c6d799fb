"""A body that is read quickly is read as it would be in full; any other is left to be."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from mtl.serving.bundle import Bundle
from mtl.serving.quick_body import QuickBody
from mtl.serving.request_body import JSON_TYPE, RequestError, parse
from mtl.serving.request_rows import validate
from mtl.serving.row_layout import RowLayout, TypedRows
from tests.mtl.serving.test_any_body import BODIES, FITTING
from tests.mtl.serving.test_app import NAMES, OTHER, ROW

TRIES = settings(max_examples=200, deadline=None)
FORMS: list[dict[str, Any]] = [
    {"dataframe_split": {"columns": NAMES, "index": [0, 1], "data": [[*ROW.values()], [*OTHER.values()]]}},
    {"dataframe_split": {"columns": NAMES[::-1], "data": [[*ROW.values()][::-1], [*OTHER.values()][::-1]]}},
    {"dataframe_records": [ROW, OTHER]},
    {"instances": [dict(reversed(ROW.items())), OTHER]},
    {"inputs": [ROW, OTHER]},
    {"inputs": {name: [ROW[name], OTHER[name]] for name in reversed(NAMES)}},
]


def read(bundle: Bundle, body: object) -> TypedRows | None:
    return QuickBody(RowLayout.of(bundle.transforms)).read(json.dumps(body).encode())


def in_full(bundle: Bundle, body: object) -> pd.DataFrame | None:
    """The table of a body; None where it is refused."""
    try:
        return validate(parse(json.dumps(body).encode(), JSON_TYPE), bundle.columns)
    except RequestError:
        return None


def as_table(bundle: Bundle, rows: TypedRows) -> pd.DataFrame:
    names = RowLayout.of(bundle.transforms).names
    strings = [pd.Series(np.array(cells, dtype=object), dtype=object) for cells in rows.strings]
    columns = pd.DataFrame(dict(zip(names, [*rows.numbers.T, *strings], strict=True)))
    return columns[[column.name for column in bundle.columns]]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_read(bundle: Bundle, form: dict[str, Any]) -> None:
    rows = read(bundle, form)
    assert rows is not None
    np.testing.assert_array_equal(rows.numbers, [[44.5, 70], [np.nan, 61.25]])
    assert rows.strings == (["Bonn", None], ["in much pain", None])


@TRIES
@given(body=BODIES | FITTING.map(lambda rows: {"dataframe_records": rows}))
def test_what_is_read_is_what_is_read_in_full(bundle: Bundle, body: object) -> None:
    rows = read(bundle, body)
    if rows is not None:
        expected = in_full(bundle, body)
        assert expected is not None
        pd.testing.assert_frame_equal(as_table(bundle, rows), expected)


@pytest.mark.parametrize(
    "body",
    [
        {"dataframe_records": [{**ROW, "age": "44"}]},
        {"dataframe_records": [{**ROW, "extra": 1}]},
        {"dataframe_records": [{"age": 1}]},
        {"dataframe_records": [{**ROW, "age": [1]}, ROW]},
        {"dataframe_records": [{**ROW, "age": 1e300}]},
        {"dataframe_records": [{**ROW, "age": float("nan")}]},
        {"dataframe_records": [{**ROW, "note": "\ud800"}]},
        {"dataframe_split": {"columns": [*NAMES[:3], ["note"]], "data": [[*ROW.values()]]}},
        {"dataframe_split": {"columns": ["age"] * 4, "data": [[*ROW.values()]]}},
        {"dataframe_split": {"columns": NAMES, "data": [[1, 2]]}},
        {"inputs": {**{name: [1] for name in NAMES}, "age": [1, 2]}},
        {"inputs": [ROW], "params": {}},
        {"inputs": []},
        [ROW],
    ],
)
def test_what_is_unlike_most_requests_is_left(bundle: Bundle, body: object) -> None:
    assert read(bundle, body) is None


def test_columns_in_an_order_of_their_own_stay_in_it(bundle: Bundle) -> None:
    """A client's order is remembered, and another client's comes between."""
    reader = QuickBody(RowLayout.of(bundle.transforms))
    for form in (FORMS[1], FORMS[0], FORMS[1], FORMS[1]):
        rows = reader.read(json.dumps(form).encode())
        assert rows is not None
        assert rows.strings[0] == ["Bonn", None]


KEYED: list[dict[str, Any]] = [
    {"dataframe_records": [{**ROW, "id": 5}, {"day": "x", **OTHER}]},
    {"dataframe_split": {"columns": [*NAMES, "id"], "data": [[*ROW.values(), 5], [*OTHER.values(), [1]]]}},
    {"inputs": {"id": [5, 6], **{name: [ROW[name], OTHER[name]] for name in NAMES}}},
]


@pytest.mark.parametrize("form", KEYED)
def test_columns_of_the_key_are_taken_and_not_read(bundle: Bundle, form: dict[str, Any]) -> None:
    layout, key = RowLayout.of(bundle.transforms), ("id", "day", "age")
    rows = QuickBody(layout, key).read(json.dumps(form).encode())
    assert rows is not None
    np.testing.assert_array_equal(rows.numbers, [[44.5, 70], [np.nan, 61.25]])
    assert rows.strings == (["Bonn", None], ["in much pain", None])
    assert QuickBody(layout).read(json.dumps(form).encode()) is None
    full = validate(parse(json.dumps(form).encode(), JSON_TYPE), bundle.columns, key)
    pd.testing.assert_frame_equal(as_table(bundle, rows), full)
    with pytest.raises(RequestError, match=r"column '(id|day)' is not one of the model's"):
        validate(parse(json.dumps(form).encode(), JSON_TYPE), bundle.columns)


def test_a_column_of_the_key_replaces_none_of_the_models(bundle: Bundle) -> None:
    reader = QuickBody(RowLayout.of(bundle.transforms), ("id",))
    without = {name: value for name, value in ROW.items() if name != "age"}
    assert reader.read(json.dumps({"dataframe_records": [{**without, "id": 1}]}).encode()) is None
    assert reader.read(json.dumps({"inputs": {"id": [1], **{name: [1] for name in without}}}).encode()) is None
