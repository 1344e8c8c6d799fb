"""A page of Markdown taken apart at its headings of the second level, and put together again."""

import re
from collections.abc import Mapping
from pathlib import Path

from infra.site.pages import Page, Part

FENCE = re.compile(r"^ *(```+|~~~+)")
HEADING = re.compile(r"^(#{1,6}) (.+?)\s*$")


def sections(text: str) -> Mapping[str, str]:
    """The sections of a page by their headings; under the empty one what stands before the first.

    Raises:
        ValueError: two sections have the same heading.
    """
    found: dict[str, list[str]] = {"": []}
    name = ""
    for line, heading in with_headings(text):
        if heading is not None and heading[0] == 2:
            name = heading[1]
            if name in found:
                raise ValueError(f"expected headings that differ; {name!r} stands twice")
            found[name] = []
        found[name].append(line)
    return {name: "\n".join(lines).strip("\n") + "\n" for name, lines in found.items()}


def with_headings(text: str) -> "list[tuple[str, tuple[int, str] | None]]":
    """Each line, with the level and the words of a heading that it is; in a block of code there are none."""
    lines: list[tuple[str, tuple[int, str] | None]] = []
    fence = ""
    for line in text.splitlines():
        mark = FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence):
            fence = ""
        found = None if fence or mark else HEADING.match(line)
        lines.append((line, (len(found[1]), found[2]) if found else None))
    return lines


def composed(page: Page, root: Path) -> list[tuple[Part, str]]:
    """What a page is made of: each part with its text, the headings of the first level left out.

    Raises:
        ValueError: a section that a page names is not there.
    """
    return [(part, _without_title(_text(part, root))) for part in page.parts]


def _text(part: Part, root: Path) -> str:
    text = (root / part.source).read_text(encoding="utf-8")
    if not part.sections:
        return text
    found = sections(text)
    missing = [name for name in part.sections if name not in found]
    if missing:
        raise ValueError(f"{part.source}: expected the section {missing[0]!r}; its sections are {', '.join(found)}")
    return "\n".join([found[""]] * part.opening + [found[name] for name in part.sections])


def _without_title(text: str) -> str:
    return "\n".join(line for line, heading in with_headings(text) if heading is None or heading[0] > 1).strip("\n")
