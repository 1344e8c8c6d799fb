"""Keys: one of several, in either header; without one nothing is told but that the server lives."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from mtl.errors import UserError
from mtl.serving.api_keys import ApiKeys
from mtl.serving.app import create_app
from mtl.serving.reload import FixedSource, Follower
from mtl.serving.server import running
from tests.mtl.serving.test_app import ROW

FIRST, SECOND = "0123456789abcdef", "second-key-of-twenty"
BODY = json.dumps({"dataframe_records": [ROW]})


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[httpx.Client]:
    keys = ApiKeys.read(f" {FIRST},\n{SECOND} ", "MTL_API_KEYS")
    with (
        running(create_app("demo", Follower(FixedSource("7", folder)), keys=keys)) as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as client,
    ):
        yield client


def asked(client: httpx.Client, headers: dict[str, str], content_type: str = "application/json") -> int:
    return client.post("/invocations", content=BODY, headers={"Content-Type": content_type, **headers}).status_code


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8"])
def test_each_key_opens_in_either_header(client: httpx.Client, content_type: str) -> None:
    for key in (FIRST, SECOND):
        assert asked(client, {"Authorization": f"Bearer {key}"}, content_type) == 200
        assert asked(client, {"Authorization": f"bearer  {key}"}, content_type) == 200
        assert asked(client, {"X-API-Key": key}, content_type) == 200


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8"])
@pytest.mark.parametrize("wrong", ["x", FIRST[:-1], FIRST + "0", FIRST.upper(), f"{FIRST},{SECOND}", "\xe9" * 16])
def test_nothing_else_does(client: httpx.Client, wrong: str, content_type: str) -> None:
    for headers in (
        {},
        {"X-API-Key": wrong},
        {"Authorization": f"Bearer {wrong}"},
        {"Authorization": f"Basic {FIRST}"},
    ):
        encoded = {name: value.encode("latin-1") for name, value in headers.items()}
        sent = {b"Content-Type": content_type.encode(), **{name.encode(): value for name, value in encoded.items()}}
        answer = client.post("/invocations", content=BODY, headers=sent)
        assert answer.status_code == 401
        assert "Authorization: Bearer KEY" in answer.json()["message"]


def test_without_a_key_a_server_says_that_it_lives_and_no_more(client: httpx.Client) -> None:
    assert [client.get(path).status_code for path in ("/ping", "/health")] == [200, 200]
    assert [client.get(path).status_code for path in ("/version", "/nothing")] == [401, 401]


def test_no_keys_ask_for_none() -> None:
    assert ApiKeys.read(None, "MTL_API_KEYS").allow([])


@pytest.mark.parametrize("text", ["short", f"{FIRST},1234567", f"{FIRST} \x07{FIRST}", "ü" * 20])
def test_a_key_that_could_be_guessed_or_not_be_sent_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(UserError, match=r"MTL_API_KEYS: expected keys of at least 16 printable ASCII") as refused:
        ApiKeys.read(text, "MTL_API_KEYS")
    assert not any(key in str(refused.value) for key in text.replace(",", " ").split())
    assert FIRST not in repr(ApiKeys.read(FIRST, "MTL_API_KEYS"))


@pytest.mark.parametrize("text", ["", " ", ",", " , \n"])
def test_a_variable_that_is_set_and_holds_no_key_opens_nothing(text: str) -> None:
    with pytest.raises(
        UserError, match="MTL_API_KEYS is set and holds no key; set keys, or unset it to let everybody in"
    ):
        ApiKeys.read(text, "MTL_API_KEYS")
    assert ApiKeys.read(None, "MTL_API_KEYS").allow([])
