"""The pages are written with all that they need, and each module of the code has an entry on one of them."""

import json
from pathlib import Path

import pytest

from infra.site import api
from infra.site.compose import compose, drawn
from infra.site.pages import PAGES

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compose(ROOT, tmp_path_factory.mktemp("site") / "composed").parent / "pages"


def test_every_page_is_written_and_stands_in_the_navigation(pages: Path) -> None:
    written = {path.relative_to(pages).as_posix() for path in pages.rglob("*.md")}
    entries = json.loads((pages.parent / "mkdocs.yml").read_text())["nav"]
    shown = {name for entry in entries[:-1] for name in entry.values()}
    code = {name for entry in entries[-1]["The code"] for name in entry.values()}
    assert written == shown | code
    assert shown == {page.name for page in PAGES}


def test_every_section_of_the_readme_is_on_the_site(pages: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    composed = "\n".join(path.read_text(encoding="utf-8") for path in pages.glob("*.md"))
    missing = [line for line in readme.splitlines() if line.startswith("## ") and f"{line}\n" not in composed]
    assert missing == []


def test_every_module_has_one_entry(pages: Path) -> None:
    entries = [
        line.removeprefix("::: ")
        for path in (pages / "api").glob("*.md")
        for line in path.read_text().splitlines()
        if line.startswith("::: ")
    ]
    assert len(entries) == len(set(entries))
    assert {"mtl.errors", "mtl.promotion.better", "flows.retrain", "data_checks"} <= set(entries)
    assert "mtl.errors" in api.rooms(ROOT)["api/mtl.md"]


def test_no_chart_is_left_for_a_script_of_another_host(pages: Path) -> None:
    page = (pages / "architecture.md").read_text(encoding="utf-8")
    assert "mermaid" not in page
    assert page.count('<figure class="flowchart">') == 2


def test_other_code_is_left_as_it_is() -> None:
    text = "```sh\nmake run\n```\n\n```mermaid\nflowchart LR\na --> b\n```\nend"
    assert drawn(text).startswith("```sh\nmake run\n```\n\n<figure")
    assert drawn(text).endswith("</figure>\nend")
