"""Pages that a browser has open elsewhere reach neither Prefect's API nor MLflow's, by whatever name."""

import asyncio
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from types import MappingProxyType as Frozen
from urllib.parse import urlsplit

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.flows import clinics

FOREIGN = "http://evil.example"
FOREIGN_PAGE = Frozen({"Origin": FOREIGN})
SANDBOXED_PAGE = Frozen({"Origin": "null"})
OTHER_PROGRAMS_PAGE = Frozen({"Origin": "http://localhost:3000"})
OTHER_NAME = Frozen({"Host": "evil.example"})


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The addresses that `mtl ui` prints, by the names of the servers."""
    process = clinics.start_mtl(tmp_path_factory.mktemp("ui") / "home", "ui", own_prefect=True)
    try:
        yield dict(_addresses(process))
    finally:
        os.kill(process.pid, signal.SIGINT)
        process.communicate()


def _addresses(process: "subprocess.Popen[str]") -> Iterator[tuple[str, str]]:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("Ctrl-C"):
            return
        name, _, address = line.partition(":")
        yield name, address.strip()


@pytest.mark.faults
@pytest.mark.parametrize("headers", [FOREIGN_PAGE, SANDBOXED_PAGE, OTHER_PROGRAMS_PAGE, OTHER_NAME])
def test_prefect_refuses_what_a_foreign_page_asks(pages: dict[str, str], headers: dict[str, str]) -> None:
    with httpx.Client(base_url=pages["Prefect"], headers=headers) as client:
        answers = [
            client.get("/api/admin/version"),
            client.post("/api/flows/", json={"name": "planted"}),
            client.post("/api/deployments/", json={"name": "planted"}),
            client.post("/api/flow_runs/", json={"flow_id": "planted"}),
            client.options("/api/flows/", headers={"Access-Control-Request-Method": "POST"}),
            client.get("/"),
        ]
    assert {answer.status_code for answer in answers} == {403}
    assert all("access-control-allow-origin" not in answer.headers for answer in answers)
    assert httpx.post(f"{pages['Prefect']}/api/flows/filter", json={}).json() == []


@pytest.mark.faults
@pytest.mark.parametrize("headers", [FOREIGN_PAGE, OTHER_NAME])
def test_mlflow_refuses_what_a_foreign_page_asks(pages: dict[str, str], headers: dict[str, str]) -> None:
    with httpx.Client(base_url=pages["MLflow"], headers=headers) as client:
        made = client.post("/api/2.0/mlflow/experiments/create", json={"name": "planted"})
        read = client.get("/api/2.0/mlflow/experiments/search", params={"max_results": 9})
    assert made.status_code == 403
    assert headers is FOREIGN_PAGE or read.status_code == 403
    assert "access-control-allow-origin" not in read.headers


@pytest.mark.faults
def test_both_answer_their_own_pages(pages: dict[str, str]) -> None:
    for address in pages.values():
        page = httpx.get(f"{address}/", follow_redirects=True)
        assert page.status_code == 200
        assert "<html" in page.text
    prefect = pages["Prefect"]
    assert httpx.get(f"{prefect}/ui-settings").json()["api_url"] == f"{prefect}/api"
    for own in (prefect, prefect.replace("127.0.0.1", "localhost")):
        answer = httpx.post(f"{prefect}/api/flows/filter", json={}, headers={"Origin": own})
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == own


def test_a_websocket_of_a_foreign_page_is_refused() -> None:
    api = clinics.SHARED_PREFECT["PREFECT_API_URL"]
    address, own = f"{api.replace('http', 'ws', 1)}/events/in", api.removesuffix("/api")

    async def opened(**headers: str) -> bool:
        async with connect(address, additional_headers=headers):
            return True

    assert asyncio.run(opened(Origin=own))
    assert asyncio.run(opened())
    with pytest.raises(InvalidStatus, match="403"):
        asyncio.run(opened(Origin=FOREIGN))


@pytest.mark.parametrize(
    "hosts", [[], ["localhost", "localhost"], ["localhost.evil.example"], ["[::"], ["localhost:x"]]
)
def test_a_request_to_no_host_or_to_two_or_to_a_strange_one_is_refused(hosts: list[str]) -> None:
    api = urlsplit(clinics.SHARED_PREFECT["PREFECT_API_URL"])
    with closing(HTTPConnection(api.netloc)) as connection:
        connection.putrequest("GET", "/api/health", skip_host=True)
        for host in hosts:
            connection.putheader("Host", host)
        connection.putheader("Connection", "close")
        connection.endheaders()
        assert connection.getresponse().status in (400, 403)
