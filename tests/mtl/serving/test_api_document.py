"""The document is of this champion, and what it shows works as it stands."""

import json
import shlex
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from mtl.serving.api_document import example_body, openapi
from mtl.serving.bundle import Bundle
from mtl.serving.docs_page import curl_line, docs_page
from tests.mtl.serving import bundles


@pytest.fixture
def document(client: httpx.Client) -> dict[str, Any]:
    told: dict[str, Any] = client.get("/openapi.json").json()
    return told


def examples(document: dict[str, Any]) -> Iterator[tuple[str, object]]:
    for path, methods in document["paths"].items():
        if "post" in methods:
            yield path, methods["post"]["requestBody"]["content"]["application/json"]["example"]


def test_every_path_answers_and_every_example_works(client: httpx.Client, document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        if "get" in methods:
            assert client.get(path).status_code == 200, path
    shown = list(examples(document))
    assert [path for path, _ in shown] == ["/invocations", "/v2/models/demo/infer"]
    for path, body in shown:
        answer = client.post(path, json=body)
        assert answer.status_code == 200, answer.text


def test_columns_are_the_champions(document: dict[str, Any], bundle: Bundle) -> None:
    schemas = document["components"]["schemas"]
    assert schemas["Row"]["required"] == [column.name for column in bundle.columns]
    assert schemas["Row"]["properties"]["city"]["type"] == ["string", "number", "boolean", "null"]
    assert schemas["Prediction"]["required"] == list(bundles.OUTPUTS)
    assert schemas["Prediction"]["properties"]["stage"] == {"type": "string"}
    assert document["info"] == {"title": "demo", "version": "7"}
    assert "security" not in document
    assert openapi("demo", "7", bundle, keyed=True)["security"] == [{"key": []}]


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from ([value["$ref"]] if "$ref" in value else [])
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from references(each)


def test_what_it_refers_to_is_there(document: dict[str, Any]) -> None:
    found = set(references(document))
    assert found == {f"#/components/schemas/{name}" for name in ("Row", "Prediction", "Error", "TensorError")}
    assert found == {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}


def test_a_body_that_is_wrong_is_refused_in_the_words_of_its_protocol(
    client: httpx.Client, document: dict[str, Any]
) -> None:
    for path, schema in (("/invocations", "Error"), ("/v2/models/demo/infer", "TensorError")):
        told = document["paths"][path]["post"]["responses"]["400"]["content"]["application/json"]["schema"]
        assert told == {"$ref": f"#/components/schemas/{schema}"}
        required = document["components"]["schemas"][schema]["required"]
        assert set(required) <= set(client.post(path, json={}).json())


class Page(HTMLParser):
    """The texts of a page's elements, and what it fetches from elsewhere."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: dict[str, list[str]] = {}
        self.elsewhere: list[str] = []
        self._tag = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag = tag
        self.elsewhere += [value for name, value in attrs if name in {"src", "href"} and value and "//" in value]

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self._tag, []).append(data)


def test_the_page_s_example_works_and_nothing_comes_from_elsewhere(client: httpx.Client) -> None:
    answer = client.get("/docs")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    page = Page(answer.text)
    assert page.elsewhere == []
    body = json.loads(page.texts["textarea"][0])
    assert client.post("/invocations", json=body).status_code == 200
    (line,) = [text for text in page.texts["pre"] if text.startswith("curl")]
    command = shlex.split(line)
    assert command[1] == f"{str(client.base_url).rstrip('/')}/invocations"
    assert json.loads(command[command.index("-d") + 1]) == body


def test_names_of_anyones_choice_stay_text(bundle: Bundle) -> None:
    page = Page(docs_page("<script>alert(1)</script>", "<b>", bundle, {"x": "</textarea><script>"}, "http://h"))
    assert "".join(page.texts["h1"]).strip() == "<script>alert(1)</script>, version <b>"
    assert json.loads(page.texts["textarea"][0]) == {"x": "</textarea><script>"}


def test_the_line_of_curl_names_a_key_where_one_is_asked_for(bundle: Bundle) -> None:
    body = example_body(bundle, rows=1)
    assert len(body["dataframe_records"]) == 1
    assert "Bearer" not in curl_line("http://h", body)
    assert '-H "Authorization: Bearer $KEY"' in curl_line("http://h", body, keyed=True)
    quoted = curl_line("http://h", {"note": "it's $HOME"})
    assert json.loads(shlex.split(quoted)[-1]) == {"note": "it's $HOME"}
