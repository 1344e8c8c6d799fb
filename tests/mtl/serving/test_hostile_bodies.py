"""Bodies that are made to take long: refused or answered within seconds, in memory that is given back."""

import json
import random
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mtl.serving.app import create_app
from mtl.serving.reload import FixedSource, Follower
from mtl.serving.server import running
from tests.mtl.serving.test_app import NAMES, ROW

pytestmark = pytest.mark.slow

LONGEST_WAIT = 60.0
"""Seconds for an answer, on whatever machine: bodies of these sizes took minutes where time grew with their square."""

MEGABYTE = 2**20


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[httpx.Client]:
    with (
        running(create_app("demo", Follower(FixedSource("7", folder)))) as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=LONGEST_WAIT) as client,
    ):
        yield client


def distinct_keys(count: int) -> dict[str, Any]:
    return {"dataframe_records": [{f"key{row}": 1} for row in range(count)]}


def wide_split(count: int) -> dict[str, Any]:
    return {"dataframe_split": {"columns": [f"c{column}" for column in range(count)], "data": [list(range(count))]}}


ROWS = [[44.5, 70, "Bonn", "in much pain"]] * 20_000
HOSTILE: dict[str, tuple[object, str]] = {
    "a key of its own in each record": (distinct_keys(40_000), "'key0' is not one of the model's"),
    "many columns": (wide_split(100_000), "'c0' is not one of the model's"),
    "many columns twice": ({"dataframe_split": {"columns": ["a", "b"] * 50_000, "data": []}}, "repeated: a, b"),
    "many lists": ({"inputs": {f"c{column}": [] for column in range(100_000)}}, "'c0' is not one of"),
    "a long name": ({"inputs": {"x" * 4 * MEGABYTE: [1]}}, "is not one of the model's"),
    "a long cell": ({"dataframe_records": [{**ROW, "age": "9" * 4 * MEGABYTE}]}, "expects a number or null"),
    "a last row that is wrong": (
        {"dataframe_split": {"columns": NAMES, "data": [*ROWS, [1, 2, 3, 4]]}},
        "'note' expects a string or null; got a number 4 in row 20000",
    ),
    "many empty rows": ({"instances": [[]] * 300_000}, "row 0 of 'instances'"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_wrong_is_told_in_a_short_answer(client: httpx.Client, name: str) -> None:
    body, part = HOSTILE[name]
    answer = client.post("/invocations", content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert part in answer.json()["message"]
    assert len(answer.content) < 10_000


def mutated(draw: random.Random) -> bytes:
    """A valid body of some form with some bytes changed, cut out or repeated."""
    forms: list[dict[str, object]] = [
        {"dataframe_records": [ROW] * draw.randint(1, 3)},
        {"dataframe_split": {"columns": NAMES, "data": [list(ROW.values())]}},
        {"inputs": {name: [value] for name, value in ROW.items()}},
        {"instances": [ROW], "params": {}},
    ]
    body = bytearray(json.dumps(draw.choice(forms)).encode())
    for _ in range(draw.randint(0, 4)):
        at, length = draw.randrange(len(body)), draw.randint(0, 6)
        part = bytes(body[at : at + length])
        insert = draw.choice(
            [b"", part * 3, draw.randbytes(length), b"1e999", b"\\ud800", b"null", b"NaN", b"[{", b'"']
        )
        body[at : at + length] = insert
    return bytes(body)


@pytest.mark.slow
def test_mutated_requests_are_answered_or_refused(client: httpx.Client) -> None:
    draw = random.Random(0)
    types = ["application/json"] * 8 + ["text/csv", "application/json; charset=utf-8", "a/b"]
    seen = set()
    for _ in range(1500):
        headers = {"Content-Type": draw.choice(types)}
        answer = client.request(
            draw.choice(["POST"] * 20 + ["PUT", "GET"]), "/invocations", content=mutated(draw), headers=headers
        )
        seen.add(answer.status_code)
    assert seen <= {200, 400, 405, 413, 415}
    assert {200, 400} <= seen


def resident() -> int:
    """Bytes of this process in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="asks /proc for resident memory")
def test_memory_of_large_requests_is_given_back(client: httpx.Client) -> None:
    large = json.dumps({"dataframe_split": {"columns": NAMES, "data": ROWS * 4}}).encode()
    wrong = json.dumps({"instances": [[]] * 1_000_000}).encode()
    small = json.dumps({"dataframe_records": [ROW]}).encode()
    headers = {"Content-Type": "application/json"}
    assert client.post("/invocations", content=small, headers=headers).status_code == 200
    before = resident()
    for _ in range(2):
        assert client.post("/invocations", content=wrong, headers=headers).status_code == 400
        answer = client.post("/invocations", content=large, headers=headers)
        assert len(answer.json()["predictions"]) == len(ROWS) * 4
        del answer
    assert client.post("/invocations", content=small, headers=headers).status_code == 200
    assert resident() < 1.5 * before
