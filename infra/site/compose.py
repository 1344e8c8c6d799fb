"""The site's pages, written into a folder: what mkdocs builds the site from."""

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from infra.site import api, flowchart
from infra.site.links import FILES, IMAGES, Site, relinked, site_of
from infra.site.pages import PAGES, Page
from infra.site.sections import composed, with_headings

PAGES_IN = "pages"
CONFIGURATION = Path(__file__).with_name("mkdocs.yml")


def compose(root: Path, folder: Path) -> Path:
    """Write all pages, images and the configuration.

    Args:
        root: the repository's.
        folder: is made, or made anew.

    Returns:
        The configuration's path.
    """
    shutil.rmtree(folder, ignore_errors=True)
    rooms = api.rooms(root)
    texts = [(page, part.source, text) for page in PAGES for part, text in composed(page, root)]
    site = site_of(texts, {module: page for page, modules in rooms.items() for module in modules})
    for page in PAGES:
        _write(folder, page.name, _page(page, [(source, text) for of, source, text in texts if of == page], site))
    for name, modules in rooms.items():
        _write(folder, name, api.text(name, modules))
    _copy(root, folder / PAGES_IN)
    written = folder / "mkdocs.yml"
    written.write_text(json.dumps(_configuration(tuple(rooms)), indent=2), encoding="utf-8")
    return written


def _page(page: Page, texts: list[tuple[str, str]], site: Site) -> str:
    parts = (drawn(relinked(text, source, page.name, site)) for source, text in texts)
    return "\n\n".join([f"# {page.title}", *parts]) + "\n"


def drawn(text: str) -> str:
    """A page with the SVG of each of its flowcharts in place of what Mermaid would read."""
    lines, chart = [], None
    for line, _ in with_headings(text):
        if line.strip() == "```mermaid":
            chart = ""
        elif chart is not None and line.strip() == "```":
            lines.append(flowchart.svg(flowchart.parse(chart)))
            chart = None
        elif chart is not None:
            chart += f"{line}\n"
        else:
            lines.append(line)
    return "\n".join(lines)


def _write(folder: Path, name: str, text: str) -> None:
    path = folder / PAGES_IN / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _copy(root: Path, folder: Path) -> None:
    shutil.copytree(root / IMAGES, folder / "images")
    for file in FILES:
        shutil.copyfile(root / file, folder / Path(file).name)
    shutil.copyfile(CONFIGURATION.with_name("site.css"), folder / "site.css")


def _configuration(rooms: tuple[str, ...]) -> dict[str, object]:
    return {"INHERIT": str(CONFIGURATION), "docs_dir": PAGES_IN, "nav": list(_navigation(rooms))}


def _navigation(rooms: tuple[str, ...]) -> Iterator[Mapping[str, object]]:
    yield from ({page.title: page.name} for page in PAGES)
    yield {"The code": [{room.removeprefix("api/").removesuffix(".md"): room} for room in rooms]}
