"""The site in a browser: every page opens, nothing is asked of another host, the search finds, nothing overflows."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from infra.site.__main__ import build
from infra.site.pages import PAGES
from tests.browser import NARROW, WIDE, Light, chromium
from tests.file_server import serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site")
    assert build(folder) == "", "a link leads nowhere, or a docstring contradicts its function"
    with serving(folder) as (address, _):
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def watched(browser: Browser, address: str, width: int = WIDE, light: Light = "light") -> tuple[Page, list[str]]:
    """A window, and what goes wrong in it: errors, answers that are none, requests to another host."""
    page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=light).new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith(address) else wrong.append(request.url))
    page.on("response", lambda answer: wrong.append(answer.url) if answer.status >= 400 else None)
    return page, wrong


@pytest.mark.parametrize(("width", "light"), [(WIDE, "light"), (NARROW, "dark")])
def test_every_page_opens_and_asks_no_other_host(browser: Browser, address: str, width: int, light: Light) -> None:
    page, wrong = watched(browser, address, width, light)
    for name in [*(each.name for each in PAGES), "api/mtl.promotion.md"]:
        page.goto(f"{address}/{name.removesuffix('.md')}.html")
        page.wait_for_load_state("networkidle")
        assert page.locator("article h1").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)"), name
    assert wrong == []
    page.context.close()


def test_the_search_finds_what_a_page_says(browser: Browser, address: str) -> None:
    page, wrong = watched(browser, address)
    page.goto(f"{address}/index.html")
    page.locator("input[name=query]").click()
    page.locator("input[name=query]").press_sequentially("embargo_days")
    page.locator(".md-search-result__link").first.wait_for()
    page.locator(".md-search-result__link").first.click()
    page.wait_for_url("**/*.html*")
    assert "embargo_days" in page.locator("article").inner_text()
    assert wrong == []
    page.context.close()


def test_the_links_of_the_site_lead_to_places_that_are_there(browser: Browser, address: str) -> None:
    page, wrong = watched(browser, address)
    page.goto(f"{address}/index.html")
    page.get_by_role("link", name="What a promotion claims, and at which").click()
    page.wait_for_url("**/the-gate.html")
    assert page.locator("article h1").inner_text().startswith("The gate")
    page.goto(f"{address}/architecture.html")
    page.locator("article a[href*='api/flows.html#flows.unchanged']").first.click()
    page.wait_for_url("**/api/flows.html#flows.unchanged")
    assert page.locator("[id='flows.unchanged']").count() == 1
    assert wrong == []
    page.context.close()
