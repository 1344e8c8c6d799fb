"""Pages in Chromium: nothing may go wrong in its console, nothing may be asked of the network, nothing may overflow."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

WIDE, NARROW = 1280, 400
HEIGHT = 900

Light = Literal["light", "dark"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window: Debian's, or the one that MTL_CHROMIUM names."""
    program = os.environ.get("MTL_CHROMIUM") or shutil.which("chromium")
    assert program, "no chromium here: install Debian's package `chromium`, or name one in MTL_CHROMIUM"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Opened:
    """A page that is open, and what it complained of or asked for since."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def overflow(self) -> int:
        """Pixels by which the page is wider than its window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@contextmanager
def opened(
    browser: Browser, place: Path | str, width: int = WIDE, light: Light = "light", refused: bool = False
) -> Iterator[Opened]:
    """A file of ours, or a page of a server of ours by its address, as a user opens it.

    Afterwards: no error in the console, no exception, no request but for the page itself, what it holds and, of a
    server, what is below it. `refused`: the server may refuse requests, which Chromium tells in the console.
    """
    address = place.as_uri() if isinstance(place, Path) else place
    context = browser.new_context(viewport={"width": width, "height": HEIGHT}, color_scheme=light)
    found = Opened(context.new_page())

    def heard(message: ConsoleMessage) -> None:
        told = refused and message.text.startswith("Failed to load resource: the server responded with a status of 4")
        if message.type in ("error", "warning") and not told:
            found.complaints.append(message.text)

    def sent(request: Request) -> None:
        if not request.url.startswith(("data:", address)):
            found.asked.append(request.url)

    found.page.on("console", heard)
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    found.page.on("request", sent)
    try:
        found.page.goto(address)
        yield found
    finally:
        context.close()
    assert found.complaints == []
    assert found.asked == []
