"""Every fault in the tables of reliability.md is planted by a test that exists."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "infra/docs/reliability.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith(("| what |", "| --- "))]


def names_in(file: Path) -> set[str]:
    return {
        each.name for each in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(each, ast.FunctionDef)
    }


def test_each_row_names_a_test_that_plants_its_fault() -> None:
    assert len(ROWS) > 25
    for row in ROWS:
        found = re.fullmatch(r"\| .+ \| .+ \| `(tests/[\w/]+\.py)::(test_\w+)` \|", row)
        assert found, row
        assert found[2] in names_in(ROOT / found[1]), row
