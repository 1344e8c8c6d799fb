"""The page at `/`: what it asks the server for, and what it tells whom."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pandas as pd
import pytest

from mtl.serving.api_keys import ApiKeys
from mtl.serving.app import App, create_app
from mtl.serving.ask_page import SingleTask, page_of
from mtl.serving.reload import FixedSource, Follower, Served
from mtl.serving.server import running
from tests.mtl.serving import bundles
from tests.mtl.serving.test_api_keys import FIRST
from tests.mtl.serving.test_app import ROW


class Halved:
    """Stands in for single-task models: half of each number that the champion predicts."""

    def beside(self, served: Served, rows: pd.DataFrame) -> pd.DataFrame | None:
        found = served.predictor.predict(rows)
        numbers = found.select_dtypes("number").columns
        return found.assign(**{name: found[name] / 2 for name in numbers})


class Nothing:
    def beside(self, served: Served, rows: pd.DataFrame) -> pd.DataFrame | None:
        return None


def app_of(folder: Path, keys: ApiKeys | None = None, single_task: SingleTask | None = None) -> App:
    return create_app("demo", Follower(FixedSource("7", folder)), 2000, keys, single_task=single_task)


@pytest.fixture(scope="module")
def beside(folder: Path) -> Iterator[httpx.Client]:
    with (
        running(app_of(folder, single_task=Halved())) as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as client,
    ):
        yield client


def test_the_form_has_a_field_for_each_column_with_its_ranges_and_levels(client: httpx.Client) -> None:
    form = client.get("/form").json()
    assert (form["model"], form["version"], form["single_task"]) == ("demo", "7", False)
    fields = {field["name"]: field for field in form["fields"]}
    assert {name: field["kind"] for name, field in fields.items()} == {
        "age": "number",
        "weight": "number",
        "city": "category",
        "note": "text",
    }
    ages = bundles.rows().head(4)["age"].dropna()
    assert fields["age"]["hint"] == f"{ages.min():.4g} to {ages.max():.4g}"
    assert fields["city"]["levels"] == ["Bonn", "Cork"]  # "Aden" is too rare for a code of its own
    assert fields["note"]["levels"] == []
    assert form["tasks"] == [
        {"name": "ill", "classes": [], "probability": True},
        {"name": "stage", "classes": ["early", "late", "none"], "probability": False},
        {"name": "cost", "classes": [], "probability": False},
    ]


def test_each_row_to_begin_with_is_answered(client: httpx.Client) -> None:
    rows = client.get("/form").json()["examples"]
    assert len(rows) == 4
    answer = client.post("/invocations", json={"dataframe_records": rows})
    assert answer.status_code == 200


def test_what_stands_beside_is_what_the_models_of_one_task_each_say(beside: httpx.Client) -> None:
    assert beside.get("/form").json()["single_task"] is True
    body = {"dataframe_records": [ROW, ROW]}
    own, others = (beside.post(path, json=body).json()["predictions"] for path in ("/invocations", "/single-task"))
    assert [row["cost"] for row in others] == pytest.approx([row["cost"] / 2 for row in own])
    assert [row["stage"] for row in others] == [row["stage"] for row in own]


def test_what_is_wrong_with_a_body_is_said_there_too(beside: httpx.Client) -> None:
    wrong = beside.post("/single-task", json={"dataframe_records": [{**ROW, "age": "old"}]})
    assert (wrong.status_code, "column 'age' expects a number" in wrong.json()["message"]) == (400, True)
    assert beside.post("/single-task", content=b"x" * 3000).status_code == 413
    assert beside.get("/single-task").status_code == 405


def test_who_has_none_says_so(client: httpx.Client, folder: Path) -> None:
    body = {"dataframe_records": [ROW]}
    answer = client.post("/single-task", json=body)
    assert (answer.status_code, answer.json()["message"]) == (404, "this server has no single-task models at hand")
    with running(app_of(folder, single_task=Nothing())) as port, httpx.Client(trust_env=False) as asking:
        assert asking.get(f"http://127.0.0.1:{port}/form").json()["single_task"] is False
        assert asking.post(f"http://127.0.0.1:{port}/single-task", json=body).status_code == 404


def test_the_page_is_shown_to_whoever_comes_and_tells_nothing_of_the_model(folder: Path) -> None:
    keys = ApiKeys.read(FIRST, "MTL_API_KEYS")
    with running(app_of(folder, keys=keys)) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        page = client.get("/")
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert 'data-keyed="true"' in page.text
        assert not any(word in page.text for word in ("age", "city", "Aden") if f'"{word}"' in page.text)
        assert [client.get("/form").status_code, client.post("/single-task").status_code] == [401, 401]
        assert client.get("/form", headers={"X-API-Key": FIRST}).status_code == 200


def test_a_name_is_escaped() -> None:
    page = page_of("<script>alert(1)</script>", keyed=False)
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "NAME" not in page


def test_the_page_asks_nobody_else(client: httpx.Client) -> None:
    page = client.get("/").text
    assert "http://" not in page
    assert "https://" not in page
    assert "default-src 'none'" in page
