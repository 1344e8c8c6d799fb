"""How the code is laid out, held by a test: a reader who knows one room finds the way in all."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from mtl import extensions
from mtl.catalog import Catalog

ROOT = Path(__file__).parents[1]
HOUSES = ("mtl", "data_checks", "flows")

LONGEST_BODY = 33
P90_BODY = 11
LONGEST_MODULE = 300
MOST_SUPPRESSIONS = 56
"""Comments that switch off a check of ruff or mypy, in the houses and the tests together."""


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def lines(paths: list[Path]) -> int:
    return sum(len(path.read_text(encoding="utf-8").splitlines()) for path in paths)


def body_lengths(path: Path) -> Iterator[int]:
    """Lines from the first statement after the docstring to the last, of every function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            yield (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_no_two_modules_have_one_name() -> None:
    """Entries of catalogs apart, whose names are the spec's: a metric and a loss may both be called `mse`."""
    catalogs = [value for value in vars(extensions).values() if isinstance(value, Catalog)]
    entries = {ROOT / catalog.package.replace(".", "/") for catalog in catalogs}
    others = [path for path in modules("mtl") if path.parent not in entries and not path.name.startswith("__")]
    names = Counter(path.name for path in others)
    assert {name: count for name, count in names.items() if count > 1} == {}


def test_functions_and_modules_are_short() -> None:
    lengths = sorted(length for path in modules(*HOUSES) for length in body_lengths(path))
    assert lengths[-1] <= LONGEST_BODY
    assert lengths[round(0.9 * (len(lengths) - 1))] <= P90_BODY
    assert {path.name for path in modules(*HOUSES) if lines([path]) > LONGEST_MODULE} == set()


def test_every_folder_of_tests_mirrors_a_folder_of_the_program() -> None:
    folders = {path.parent.relative_to(ROOT / "tests") for path in modules("tests") if path.name.startswith("test_")}
    assert {folder for folder in folders if not (ROOT / folder).is_dir()} == set()


def test_there_is_at_least_a_line_of_tests_for_a_line_of_code() -> None:
    assert lines(modules("tests")) >= lines(modules(*HOUSES))


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    found = {path for path in modules(*HOUSES, "infra", "tests") if later.search(path.read_text(encoding="utf-8"))}
    assert found == {Path(__file__)}


def test_checks_are_seldom_switched_off() -> None:
    off = re.compile(r"#\s*(noqa|type:\s*ignore)")
    assert (
        sum(len(off.findall(path.read_text(encoding="utf-8"))) for path in modules(*HOUSES, "tests"))
        <= MOST_SUPPRESSIONS
    )
