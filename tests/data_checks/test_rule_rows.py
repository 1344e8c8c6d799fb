"""Which rows break a rule: as numbers, times or names, and never for an empty cell."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_checks.rule_rows import breaking_rows
from mtl.data.frame import write_frame
from mtl.data.stored_table import StoredTable
from mtl.spec.rule import parsed_rule

NAN = float("nan")

TABLE = pd.DataFrame(
    {
        "admitted": ["2024-01-01", "2024-02-01", None, "2024-03-05"],
        "discharged": ["2024-01-09", "2024-01-31", "2024-01-01", "2024-03-05T12:00"],
        "seen": pd.Series(pd.to_datetime(["2024-01-02"] * 3)).reindex(range(4)),
        "age": [4.0, 200.0, NAN, 55.0],
        "weeks": [208, 1, 7, 2860],
        "sex": ["m", "f", None, "f"],
        "pregnant": [True, True, False, False],
        "blood pressure": [120.0, 80.0, 400.0, NAN],
        "code": ["7", "x", "-999", "7.0"],
    }
)


def broken(rule: str, table: pd.DataFrame = TABLE) -> list[int]:
    return np.flatnonzero(breaking_rows(parsed_rule(rule), table)).tolist()


@pytest.mark.parametrize(
    ("rule", "rows"),
    [
        ("discharged >= admitted", [1]),
        ("discharged - admitted <= 7", [0]),
        ("admitted >= '2024-02-01'", [0]),
        ("seen > admitted", [1]),
        ("seen == '2024-01-02'", []),
        ("seen != '2024-01-02'", [0, 1, 2]),
        ("0 <= age <= 120", [1]),
        ("age <= weeks / 52 + .5", [1]),
        ("-age < 0", []),
        ("weeks / (weeks - 1) > 0", []),
        ("not (sex == 'm' and pregnant == True)", [0]),
        ("sex in ['m']", [1, 3]),
        ("sex not in ('f', 'd')", [1, 3]),
        ("sex == 'm' or missing(sex)", [1, 3]),
        ("not missing(age)", [2]),
        ("missing(age) or age < 100", [1]),
        ("`blood pressure` < 300", [2]),
        ("code != -999", [2]),
        ("code == 7", [2]),
        ("pregnant in [True]", [2, 3]),
        ("weeks not in [1, 7]", [1, 2]),
    ],
)
def test_rows_of_which_a_rule_is_false_break_it(rule: str, rows: list[int]) -> None:
    assert broken(rule) == rows


@pytest.mark.parametrize("rule", ["sex > 'm'", "weeks == 'many'", "weeks < 'many'"])
def test_what_has_no_order_or_is_no_number_is_told(rule: str) -> None:
    with pytest.raises(
        ValueError, match=r"'(m|many)' is compared (by order, and is no number|with numbers, and is none)"
    ):
        broken(rule)


@given(
    st.lists(st.tuples(st.one_of(st.none(), st.integers(-5, 5)), st.one_of(st.none(), st.integers(-5, 5))), min_size=1)
)
def test_a_rule_is_what_python_says_of_each_row_and_empty_cells_break_none(
    cells: list[tuple[int | None, int | None]],
) -> None:
    table = pd.DataFrame(cells, columns=["a", "b"], dtype="float64")
    expected = [
        row
        for row, (a, b) in enumerate(cells)
        if not ((a is None or b is None or a < b) or (a is not None and a in (0, 3)))
    ]
    assert broken("a < b or a in [0, 3]", table) == expected
    kept = [row for row, (a, b) in enumerate(cells) if a is not None and b is not None and not a - b <= 2]
    assert broken("a - b <= 2", table) == kept


@given(st.lists(st.sampled_from([True, False, None]), min_size=1), st.randoms(use_true_random=False))
def test_and_or_and_not_are_three_valued(cells: list[bool | None], draw: object) -> None:
    other = [*cells[1:], cells[0]]
    table = pd.DataFrame({"a": pd.array(cells, dtype="boolean"), "b": pd.array(other, dtype="boolean")})
    both = set(broken("a == True and b == True", table))
    assert both == {row for row, pair in enumerate(zip(cells, other, strict=True)) if False in pair}
    either = set(broken("a == True or b == True", table))
    assert either == {row for row, pair in enumerate(zip(cells, other, strict=True)) if set(pair) == {False}}
    assert set(broken("not (a == True)", table)) == {row for row, cell in enumerate(cells) if cell is True}


def test_a_table_that_memory_does_not_hold_is_asked_alike(tmp_path: Path) -> None:
    stored = StoredTable(write_frame(TABLE, tmp_path).path)
    for rule in ("discharged >= admitted", "0 <= age <= 120", "sex in ['m']", "`blood pressure` < 300"):
        assert np.flatnonzero(breaking_rows(parsed_rule(rule), stored)).tolist() == broken(rule)
