"""Every file that a page shows is complete: put where the page says, it passes what its like must pass."""

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from mtl import extensions
from mtl.catalog import Catalog
from tests.infra.docs.code_blocks import ROOT, CodeBlock, code_blocks

PAGES = (ROOT / "README.md", ROOT / "infra" / "docs" / "extend.md")
BLOCKS = [block for page in PAGES for block in code_blocks(page)]
EXTENSIONS = [block for block in BLOCKS if block.path.suffix == ".py"]
LONGEST = 25

SHARED_TESTS: Mapping[str, tuple[str, ...]] = {
    "mtl/weighting/schemes": ("tests/mtl/weighting/test_properties.py",),
    "mtl/baselines/methods": ("tests/mtl/baselines/test_baseline.py",),
    "mtl/models/sharing": ("tests/mtl/models/test_sharing_way.py", "tests/mtl/models/test_network.py"),
    "mtl/tasks/losses": ("tests/mtl/tasks/test_loss.py",),
    "mtl/evaluation/metrics": ("tests/mtl/evaluation/test_metric.py",),
    "mtl/features/kinds": ("tests/mtl/features/test_features.py", "tests/data_checks/test_feature_kinds.py"),
    "mtl/features/numeric_embeddings": ("tests/mtl/features/test_numeric_embedding.py",),
    "mtl/features/text_encoders": ("tests/mtl/features/test_text_encoders.py",),
    "mtl/data/sources": ("tests/mtl/data/test_read_table.py",),
    "mtl/data/formats": ("tests/mtl/data/test_read_table.py",),
    "mtl/examples/readers": ("tests/mtl/examples/test_specs.py",),
}
"""Folder → the tests that hold every entry of its catalog."""

WHOLE = ("test_loss", "test_metric")
"""The modules whose tests draw an entry by themselves, so that few have its name."""

LONGER = {extensions.KINDS}
"""What takes more than a file: CONTRIBUTING.md says which."""

each_extension = pytest.mark.parametrize("block", EXTENSIONS, ids=str)


def put(blocks: list[CodeBlock], folder: Path) -> None:
    """Lay files below `folder`."""
    for block in blocks:
        path = folder / block.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")


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


@pytest.fixture(scope="module")
def tested(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the shared tests say of the program with all files of all pages in their places."""
    folder = tmp_path_factory.mktemp("extensions")
    put(BLOCKS, folder)
    tests = sorted({test for block in EXTENSIONS for test in SHARED_TESTS[block.path.parent.as_posix()]})
    chosen = " or ".join([*(block.path.stem for block in EXTENSIONS), *WHOLE])
    options = ("-p", "tests.infra.docs.extending", "-p", "no:xdist", "-rA", "--tb=short", "-k", chosen)
    done = run("pytest", *options, *tests, MTL_EXTENSIONS=str(folder))
    return done.stdout + done.stderr


@pytest.mark.slow
@each_extension
def test_the_tests_of_its_catalog_hold_it(block: CodeBlock, tested: str) -> None:
    of_it = re.compile(rf"^(\w+) tests/.*[\[-]{block.path.stem}[\] -]", re.MULTILINE)
    assert set(of_it.findall(tested)) == {"PASSED"}, tested


@pytest.mark.slow
def test_no_shared_test_fails_where_it_draws_an_entry_by_itself(tested: str) -> None:
    assert re.findall("^(?:FAILED|ERROR) (.*)", tested, re.MULTILINE) == []
    assert "passed" in tested


@each_extension
def test_it_is_short_and_new_and_reads_like_the_rest(block: CodeBlock, tmp_path: Path) -> None:
    assert block.lines <= LONGEST
    assert not (ROOT / block.path).exists(), "the page shows a file that the program has"
    put([block], tmp_path)
    shown = str(tmp_path / block.path)
    settings = ("--config", str(ROOT / "pyproject.toml"), "--no-cache")
    for how in (("check",), ("format", "--check")):
        done = run("ruff", *how, *settings, shown)
        assert done.returncode == 0, done.stdout + done.stderr


def test_every_way_to_extend_the_program_has_a_page_with_a_file() -> None:
    catalogs = [value for value in vars(extensions).values() if isinstance(value, Catalog)]
    folders = {catalog.package.replace(".", "/") for catalog in catalogs if catalog not in LONGER}
    assert folders == set(SHARED_TESTS)
    assert {block.path.parent.as_posix() for block in EXTENSIONS} == folders


def test_no_two_files_that_the_pages_show_have_one_place() -> None:
    assert {path: count for path, count in Counter(block.path for block in BLOCKS).items() if count > 1} == {}


def test_a_block_without_a_path_is_not_a_file(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```python\nx = 1\n```\n\n```yaml\n# mtl/examples/a.yaml\nname: a\n```\n", encoding="utf-8")
    (block,) = code_blocks(page)
    assert (str(block), block.text, block.lines) == ("page.md:mtl/examples/a.yaml", "name: a\n", 2)
