"""The page at `/` as a person uses it: a form that is filled in, predictions that appear, a key that is typed."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from mtl.serving.api_keys import ApiKeys
from mtl.serving.bundle import load_bundle
from mtl.serving.server import running
from tests.browser import NARROW, WIDE, Light, Opened, chromium, opened
from tests.mtl.serving import wide
from tests.mtl.serving.test_api_keys import FIRST
from tests.mtl.serving.test_ask_page import Halved, app_of

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with running(app_of(folder)) as port:
        yield f"http://127.0.0.1:{port}/"


def table(found: Opened) -> list[list[str]]:
    """What the page shows of each task."""
    found.page.wait_for_selector("#found:not([hidden])")
    rows = found.page.locator("#tasks tr").all()
    return [row.locator("td").all_inner_texts() for row in rows]


@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_row_is_filled_in_and_every_task_predicted(browser: Browser, address: str, width: int, light: Light) -> None:
    with opened(browser, address, width, light) as found:
        found.page.wait_for_selector("#ask:not([hidden])")
        assert found.page.locator("h1").inner_text() == "demo, version 7"
        found.page.get_by_label("age").fill("33.5")
        found.page.get_by_label("city").fill("Bonn")
        found.page.get_by_role("button", name="Predict").click()
        first = table(found)
        assert [row[0] for row in first] == ["ill", "stage", "cost"]
        assert first[0][1].strip().endswith("%")
        assert {line.split()[0] for line in first[1][1].splitlines()} == {"early", "late", "none"}
        assert "no single-task models at hand" in found.page.locator("#beside").inner_text()
        assert found.overflow <= 0
        found.page.get_by_role("button", name="Empty all").click()
        found.page.get_by_role("button", name="Predict").click()
        expect(found.page.locator("#tasks tr").nth(2).locator("td").nth(1)).not_to_have_text(first[2][1])
        assert table(found) != first


def test_its_numbers_are_the_models(browser: Browser, address: str, folder: Path) -> None:
    bundle = load_bundle(folder)
    expected = bundle.predict(bundle.example.head(2))
    with opened(browser, address) as found:
        found.page.wait_for_selector("#ask:not([hidden])")
        for row in range(2):
            found.page.get_by_role("button", name="Predict").click()
            cost = found.page.locator("#tasks tr").nth(2).locator("td").nth(1)
            expect(cost).to_have_text(re.compile(re.escape(f"{expected['cost'][row]:.4g}")))
            assert float(cost.get_attribute("data-value") or "nan") == pytest.approx(expected["cost"][row], rel=1e-6)
            found.page.get_by_role("button", name="Another example").click()


def test_what_is_no_number_is_told_and_nothing_is_predicted_of_it(browser: Browser, address: str) -> None:
    with opened(browser, address, refused=True) as found:
        found.page.wait_for_selector("#ask:not([hidden])")
        found.page.get_by_label("age").fill("")
        found.page.get_by_label("age").press_sequentially("1e")
        found.page.get_by_role("button", name="Predict").click()
        expect(found.page.locator("#told")).to_have_text("age: expected a number, or nothing")
        found.page.get_by_label("age").fill("1e300")
        found.page.get_by_role("button", name="Predict").click()
        expect(found.page.locator("#told")).to_contain_text("column 'age' expects a number or null")
        assert found.page.locator("#found").is_hidden()


def test_beside_stands_what_the_models_of_one_task_each_say(browser: Browser, folder: Path) -> None:
    with running(app_of(folder, single_task=Halved())) as port, opened(browser, f"http://127.0.0.1:{port}/") as found:
        found.page.wait_for_selector("#ask:not([hidden])")
        found.page.get_by_role("button", name="Predict").click()
        rows = table(found)
        assert found.page.locator("#heads th").all_inner_texts() == ["Task", "Champion", "Single-task models"]
        own, others = (float(rows[2][place].replace(",", "")) for place in (1, 2))
        assert others == pytest.approx(own / 2, rel=1e-3)
        expect(found.page.locator("#beside")).to_contain_text("the models of one task each")


def test_a_key_is_asked_for_and_sent_with_each_request(browser: Browser, folder: Path) -> None:
    app = app_of(folder, keys=ApiKeys.read(FIRST, "MTL_API_KEYS"), single_task=Halved())
    with running(app) as port, opened(browser, f"http://127.0.0.1:{port}/", refused=True) as found:
        assert found.page.locator("#ask").is_hidden()
        for key in ("wrong-key-of-16-c", FIRST):
            found.page.get_by_label("Key of this server").fill(key)
            found.page.get_by_role("button", name="Use it").click()
            told = "The server does not know this key." if key != FIRST else ""
            expect(found.page.locator("#told")).to_have_text(told)
        expect(found.page.locator("#ask")).to_be_visible()
        found.page.get_by_role("button", name="Predict").click()
        assert len(table(found)) == 3
        assert FIRST not in found.page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])")


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_thirty_columns_and_long_names_do_not_overflow(browser: Browser, tmp_path: Path, width: int) -> None:
    app = app_of(wide.bundle(tmp_path / "wide"))
    with running(app) as port, opened(browser, f"http://127.0.0.1:{port}/", width) as found:
        found.page.wait_for_selector("#ask:not([hidden])")
        assert found.page.locator("#fields input").count() == 30
        found.page.get_by_role("button", name="Predict").click()
        assert len(table(found)) == 6
        assert found.overflow <= 0
