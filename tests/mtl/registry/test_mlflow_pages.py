"""MLflow's pages as `mtl ui` shows them: the assistant stays out of the way, everything else is MLflow's."""

import asyncio
import os
import re
import signal
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import httpx
import pytest

from mtl.registry.mlflow_pages import ASSISTANT, create_app
from tests import browser
from tests.flows.clinics import start_mtl
from tests.flows.waiting import until

FIRST_PAGE = "http://127.0.0.1:5000"


def _ask(method: str, path: str, headers: Mapping[str, str] = MappingProxyType({})) -> httpx.Response:
    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(create_app()), base_url=FIRST_PAGE) as client:
            return await client.request(method, path, headers=dict(headers))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what MLflow's server imports
        return asyncio.run(ask())


def test_the_first_page_is_the_one_of_mlflow_and_remembers_the_chat_as_seen() -> None:
    page = _ask("GET", "/")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    script = page.text.index('localStorage.setItem("mlflow.assistant.fab.autoOpenedOnFirstLoad_v1", "true")')
    assert script < page.text.index("static-files/static/js/main.")
    assert "<title>MLflow</title>" in page.text


def test_a_copy_of_the_first_page_from_another_server_is_not_used() -> None:
    page = _ask("GET", "/", headers={"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"})
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")


@pytest.mark.parametrize(("method", "path"), [("POST", "message"), ("PUT", "config"), ("POST", "skills/install")])
def test_nothing_is_asked_of_a_language_model(method: str, path: str) -> None:
    assert _ask(method, f"{ASSISTANT}{path}").status_code == 403


def test_everything_else_is_passed_on() -> None:
    assert _ask("GET", "/health").text == "OK"
    assert re.fullmatch(r"3\.\d+\.\d+", _ask("GET", "/version").text)
    assert _ask("GET", "/no-such-page").status_code == 404
    assert _ask("POST", "/").status_code == 405
    head = _ask("HEAD", "/")
    assert (head.status_code, head.content) == (200, b"")


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[str]:
    """The address of MLflow's pages, over an empty home."""
    process = start_mtl(tmp_path / "home", "ui", "--mlflow-port", "0", "--prefect-port", "0")
    try:
        assert process.stdout is not None
        [address] = re.findall(r"http://127.0.0.1:\d+", process.stdout.readline())
        until(lambda: httpx.get(f"{address}/health", trust_env=False).is_success, "MLflow's pages")
        yield address
    finally:
        os.kill(process.pid, signal.SIGTERM)
        process.communicate()


@pytest.mark.browser
def test_no_assistant_is_there_at_the_first_visit(pages: str) -> None:
    with browser.chromium() as chromium:
        context = chromium.new_context(viewport={"width": browser.WIDE, "height": browser.HEIGHT})
        page = context.new_page()
        page.goto(pages)
        button = page.locator("[data-assistant-ui]").first
        button.wait_for(state="attached")
        assert not button.is_visible()
        assert [told for told in page.get_by_text("Assistant").all() if told.is_visible()] == []
        assert page.evaluate("localStorage['mlflow.assistant.fab.autoOpenedOnFirstLoad_v1']") == "true"
        context.close()
