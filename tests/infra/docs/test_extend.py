"""Every file that a page shows is complete: put where the page says, it passes what its like must pass."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.infra.docs.code_blocks import ROOT, CodeBlock, code_blocks

PAGES = (ROOT / "infra" / "docs" / "extend.md",)
BLOCKS = [block for page in PAGES for block in code_blocks(page)]
EXTENSIONS = [block for block in BLOCKS if block.path.suffix == ".py"]
LONGEST = 25

SHARED_TESTS: Mapping[str, tuple[str, ...]] = {
    "mtl/weighting/schemes": ("tests/mtl/weighting/test_properties.py",),
}
"""Folder → the tests that hold every entry of its catalog."""

each_extension = pytest.mark.parametrize("block", EXTENSIONS, ids=str)


def put(block: CodeBlock, folder: Path) -> None:
    """Lay the file, and those of its name that the same page shows with it, below `folder`."""
    for other in BLOCKS:
        if other.page == block.page and other.path.stem == block.path.stem:
            path = folder / other.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(other.text, encoding="utf-8")


def run(*arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env={**os.environ, **more},
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.mark.slow
@each_extension
def test_the_tests_of_its_catalog_hold_it(block: CodeBlock, tmp_path: Path) -> None:
    put(block, tmp_path)
    tests = SHARED_TESTS[block.path.parent.as_posix()]
    chosen = ("-p", "tests.infra.docs.extending", "-p", "no:xdist", "-k", block.path.stem, *tests)
    done = run("pytest", *chosen, MTL_EXTENSIONS=str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr


@each_extension
def test_it_is_short_and_new_and_reads_like_the_rest(block: CodeBlock, tmp_path: Path) -> None:
    assert block.lines <= LONGEST
    assert not (ROOT / block.path).exists(), "the page shows a file that the program has"
    put(block, tmp_path)
    shown = str(tmp_path / block.path)
    settings = ("--config", str(ROOT / "pyproject.toml"), "--no-cache")
    for how in (("check",), ("format", "--check")):
        done = run("ruff", *how, *settings, shown)
        assert done.returncode == 0, done.stdout + done.stderr


def test_every_way_to_extend_the_program_has_a_page_with_a_file() -> None:
    assert {block.path.parent.as_posix() for block in EXTENSIONS} == set(SHARED_TESTS)


def test_a_block_without_a_path_is_not_a_file(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```python\nx = 1\n```\n\n```yaml\n# mtl/examples/a.yaml\nname: a\n```\n", encoding="utf-8")
    (block,) = code_blocks(page)
    assert (str(block), block.text, block.lines) == ("page.md:mtl/examples/a.yaml", "name: a\n", 2)
