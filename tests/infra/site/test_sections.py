"""Pages are taken apart at their headings, and what looks like a heading in a block of code is none."""

from pathlib import Path

import pytest

from infra.site.pages import Page, Part
from infra.site.sections import composed, sections

TEXT = """# The title

Opening.

## One

```sh
## not a heading
```

### Below one

## Two

Last.
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "page.md").write_text(TEXT, encoding="utf-8")
    return tmp_path


def text_of(root: Path, *names: str, opening: bool = False) -> str:
    [(_, text)] = composed(Page("p.md", "P", (Part("page.md", names, opening),)), root)
    return text


def test_a_page_falls_into_its_sections() -> None:
    found = sections(TEXT)
    assert list(found) == ["", "One", "Two"]
    assert found["One"] == "## One\n\n```sh\n## not a heading\n```\n\n### Below one\n"
    assert "".join(found.values()).replace("\n", "") == TEXT.replace("\n", "")


def test_two_sections_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="'One' stands twice"):
        sections("## One\n\n## One\n")


def test_a_page_has_the_sections_that_it_names_in_their_order(root: Path) -> None:
    assert text_of(root, "Two", "One").startswith("## Two\n\nLast.\n\n## One")
    assert text_of(root, "Two", opening=True) == "\nOpening.\n\n## Two\n\nLast.".lstrip("\n")


def test_without_sections_it_has_all_but_the_title(root: Path) -> None:
    assert text_of(root) == TEXT.removeprefix("# The title\n\n").strip()


def test_a_section_that_is_not_there_is_told(root: Path) -> None:
    with pytest.raises(ValueError, match=r"page.md: expected the section 'Three'; its sections are , One, Two"):
        text_of(root, "Three")
