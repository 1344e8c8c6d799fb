"""Whatever is sent, the fault is the sender's or there is an answer."""

import json

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtl.serving.request_body import CSV_TYPE, JSON_FORMS, JSON_TYPE
from tests.mtl.serving.bundles import FEATURES

TRIES = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

TEXTS = st.text(st.characters(), max_size=8)  # surrogates too
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
ANYTHING = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4))
COLUMNS = st.sampled_from(FEATURES.columns)
RECORDS = st.lists(st.dictionaries(COLUMNS, SCALARS, min_size=3), max_size=3)
FITTING = st.lists(
    st.fixed_dictionaries(
        {
            "age": st.none() | st.floats() | st.integers(),
            "weight": st.none() | st.booleans(),
            "city": SCALARS,
            "note": st.none() | TEXTS,
        }
    ),
    min_size=1,
    max_size=3,
)
SPLITS = st.fixed_dictionaries({"columns": st.lists(COLUMNS), "data": st.lists(st.lists(SCALARS))})
COLUMN_LISTS = st.dictionaries(COLUMNS, st.lists(SCALARS, max_size=3) | SCALARS)
TABLES = RECORDS | FITTING | SPLITS | COLUMN_LISTS | ANYTHING
BODIES = st.dictionaries(st.sampled_from(JSON_FORMS), TABLES, min_size=1, max_size=1) | ANYTHING


@TRIES
@given(BODIES)
def test_any_json(client: httpx.Client, body: object) -> None:
    answer = client.post("/invocations", content=json.dumps(body).encode(), headers={"Content-Type": JSON_TYPE})
    assert answer.status_code < 500, answer.text
    assert ("predictions" in answer.json()) == (answer.status_code == 200)


@TRIES
@given(FITTING.map(lambda rows: {"dataframe_records": rows}))
def test_any_fitting_table_is_answered_or_refused_by_column(
    client: httpx.Client, body: dict[str, list[object]]
) -> None:
    answer = client.post("/invocations", content=json.dumps(body).encode(), headers={"Content-Type": JSON_TYPE})
    if answer.status_code == 200:
        assert len(answer.json()["predictions"]) == len(body["dataframe_records"])
    else:
        assert answer.status_code == 400
        assert any(part in answer.json()["message"] for part in ("column '", "no finite prediction of '"))


@TRIES
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode), st.sampled_from([JSON_TYPE, CSV_TYPE, "a/b"]))
def test_any_bytes(client: httpx.Client, body: bytes, content_type: str) -> None:
    answer = client.post("/invocations", content=body, headers={"Content-Type": content_type})
    assert 400 <= answer.status_code < 500


@TRIES
@given(st.lists(st.lists(st.text(max_size=5), min_size=4, max_size=4), min_size=1, max_size=3))
def test_any_csv(client: httpx.Client, cells: list[list[str]]) -> None:
    lines = [",".join(FEATURES.columns), *(",".join(row) for row in cells)]
    answer = client.post("/invocations", content="\n".join(lines).encode(), headers={"Content-Type": CSV_TYPE})
    assert answer.status_code in {200, 400}
