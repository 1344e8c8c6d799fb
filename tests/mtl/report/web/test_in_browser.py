"""Pages of studies and of checks in a browser, wide and narrow, light and dark, and what a reader does with them."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from mtl.report.web.study_page import study_page
from tests.browser import NARROW, WIDE, Light, chromium, opened
from tests.data_checks import pages
from tests.mtl.report.materials import hard_to_show, material_of, of_one_task, without_candidate
from tests.mtl.study.fitted import FittedStudy

pytestmark = pytest.mark.browser

MADE = {"small": material_of, "hard": hard_to_show, "one": of_one_task, "none": without_candidate}
CHECKS = {"passed checks": pages.passed, "failed checks": pages.failed}
NAMES = [*MADE, *CHECKS]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def files(fitted: FittedStudy, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    for name, make in MADE.items():
        page = study_page(make(fitted), datetime(2026, 11, 26, 12, 2).astimezone())
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    for name, checks in CHECKS.items():
        (folder / f"{name}.html").write_text(checks(), encoding="utf-8")
    return {name: folder / f"{name}.html" for name in NAMES}


@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_overflows_and_nothing_goes_wrong(
    browser: Browser, files: dict[str, Path], name: str, width: int, light: Light
) -> None:
    with opened(browser, files[name], width, light) as found:
        assert found.overflow <= 0
        for details in found.page.locator("details > summary").all():
            details.click()
        assert found.overflow <= 0


OVERLAPPING = """
() => {
  const shown = [...document.querySelectorAll("h1, h2, h3, p, li, .pill, .name, figcaption, td, th, summary")]
    .filter((one) => one.checkVisibility({ contentVisibilityAuto: true }));
  const boxes = shown.map((one) => ({ one, box: one.getBoundingClientRect() }));
  const found = [];
  for (const [at, first] of boxes.entries()) for (const second of boxes.slice(at + 1)) {
    if (first.one.contains(second.one) || second.one.contains(first.one)) continue;
    const wide = Math.min(first.box.right, second.box.right) - Math.max(first.box.left, second.box.left);
    const high = Math.min(first.box.bottom, second.box.bottom) - Math.max(first.box.top, second.box.top);
    if (wide > 1 && high > 1) found.push(`${first.one.textContent} / ${second.one.textContent}`);
  }
  return found;
}
"""


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("name", NAMES)
def test_no_words_stand_on_others(browser: Browser, files: dict[str, Path], name: str, width: int) -> None:
    with opened(browser, files[name], width) as found:
        # Of hundreds of rows some stand for all: each is compared with each.
        found.page.evaluate("document.querySelectorAll('.sortable tr:nth-child(n + 9)').forEach((row) => row.remove())")
        assert found.page.evaluate(OVERLAPPING) == []


def test_a_click_on_a_heading_sorts_by_it_and_another_turns_it_round(browser: Browser, files: dict[str, Path]) -> None:
    with opened(browser, files["small"]) as found:
        board = found.page.locator("#board")
        heading = board.locator("th", has_text="hba1c")
        column = board.locator("th").all_inner_texts().index(heading.inner_text())

        def values() -> list[float]:
            cells = board.locator(f"tbody tr td:nth-child({column + 1})")
            return [float(cell.get_attribute("data-key") or "nan") for cell in cells.all()]

        before = values()
        heading.get_by_role("button").click()
        assert heading.get_attribute("aria-sort") == "ascending"
        assert values() == sorted(before)
        heading.get_by_role("button").click()
        assert heading.get_attribute("aria-sort") == "descending"
        assert values() == sorted(before, reverse=True)


def test_names_sort_as_words(browser: Browser, files: dict[str, Path]) -> None:
    with opened(browser, files["small"]) as found:
        found.page.locator("#board th").first.get_by_role("button").click()
        names = [cell.get_attribute("data-key") for cell in found.page.locator("#board tbody td:first-child").all()]
        assert names == ["boosted trees", "equal", "linear", "network", "pcgrad"]


def test_checks_sort_by_their_result(browser: Browser, files: dict[str, Path]) -> None:
    with opened(browser, files["failed checks"]) as found:
        found.page.locator("#made th", has_text="result").get_by_role("button").click()
        results = [cell.get_attribute("data-key") for cell in found.page.locator("#made tbody td:last-child").all()]
        assert results == ["critical"] * 201 + ["met"] * 201


def test_whoever_points_at_a_curve_sees_the_values_of_that_epoch(browser: Browser, files: dict[str, Path]) -> None:
    with opened(browser, files["small"]) as found:
        plot = found.page.locator("svg.curves").first
        plot.scroll_into_view_if_needed()
        box = plot.bounding_box()
        assert box
        found.page.mouse.move(box["x"] + 0.98 * box["width"], box["y"] + 0.5 * box["height"])
        told = found.page.locator(".tip").inner_text().splitlines()
        assert told[0] == "epoch 3"
        assert [line.partition(":")[0] for line in told[1:]] == ["multi-task", "single-task network"]
        found.page.mouse.move(1, 1)
        assert found.page.locator(".tip").count() == 0


def test_the_table_behind_the_leaderboard_is_saved(browser: Browser, files: dict[str, Path], tmp_path: Path) -> None:
    with opened(browser, files["small"]) as found:
        with found.page.expect_download() as waited:
            found.page.get_by_text("The leaderboard as CSV").click()
        waited.value.save_as(tmp_path / "board.csv")
        assert (tmp_path / "board.csv").read_text(encoding="utf-8").startswith("task,metric,contender,run,")


def test_it_prints_on_a_few_sheets(browser: Browser, files: dict[str, Path]) -> None:
    with opened(browser, files["small"]) as found:
        printed = found.page.pdf(format="A4")
        assert printed.startswith(b"%PDF")
        assert 1 <= printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") <= 8
