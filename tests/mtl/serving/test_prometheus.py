"""What is counted is what happened."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from mtl.serving.app import create_app
from mtl.serving.reload import FixedSource, Follower
from mtl.serving.server import running
from tests.mtl.serving.test_app import ROW
from tests.mtl.serving.test_reload import Source

LINE = re.compile(r'([a-z_]+)((?:\{[a-z]+="(?:[^"\\]|\\.)*"(?:,[a-z]+="(?:[^"\\]|\\.)*")*\})?) (\S+)')


@pytest.fixture
def client(folder: Path) -> Iterator[httpx.Client]:
    app = create_app('de"mo', Follower(FixedSource("7", folder)))
    with running(app) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as client:
        yield client


def metrics(client: httpx.Client) -> dict[str, float]:
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    read = [LINE.fullmatch(line) for line in lines]
    return {found[1] + found[2]: float(found[3]) for found in read if found is not None and len(read) == len(lines)}


def test_requests_are_counted_whichever_way_they_went(client: httpx.Client) -> None:
    body = {"dataframe_records": [ROW, ROW]}
    assert client.post("/invocations", json=body).status_code == 200
    assert client.post(
        "/invocations", json=body, headers={"Content-Type": "application/json; charset=utf-8"}
    ).is_success
    for _ in range(3):
        assert client.post("/invocations", json={"dataframe_records": [{}]}).status_code == 400
    assert client.get("/ping").status_code == 200
    found = metrics(client)
    assert found['mtl_requests_total{status="200"}'] == 2
    assert found['mtl_requests_total{status="400"}'] == 3
    assert found["mtl_request_seconds_count"] == found['mtl_request_seconds_bucket{le="+Inf"}'] == 5
    assert found["mtl_request_seconds_sum"] > 0
    assert (found["mtl_batches_total"], found["mtl_batch_rows_total"], found["mtl_queued_requests"]) == (1, 2, 0)
    assert found['mtl_served{model="de\\"mo",version="7"}'] == 1


def test_classes_of_latencies_only_grow(client: httpx.Client) -> None:
    client.post("/invocations", json={"dataframe_records": [ROW]})
    buckets = [value for name, value in metrics(client).items() if name.startswith("mtl_request_seconds_bucket")]
    assert buckets == sorted(buckets)
    assert buckets[-1] == 1


def test_a_champion_that_cannot_be_told_is_seen_and_its_age_grows(folder: Path) -> None:
    source = Source("1", folder)
    follower = Follower(source)
    with (
        running(create_app("demo", follower)) as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client,
    ):
        assert metrics(client)["mtl_champion_unknown"] == 0
        source.failure = OSError("down")
        follower.refresh()
        first = metrics(client)
        second = metrics(client)
        assert first["mtl_champion_unknown"] == 1
        assert second["mtl_champion_look_age_seconds"] > first["mtl_champion_look_age_seconds"]
        source.failure = None
        follower.refresh()
        assert metrics(client)["mtl_champion_unknown"] == 0
