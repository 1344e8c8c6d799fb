"""What may be learned, and as which task."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.draft.column_look import look_at_column
from mtl.draft.task_seen import TaskSeen, last_columns, likely_targets, plain_name, task_of
from mtl.names import LONGEST_NAME


def task(name: str, cells: Sequence[Any]) -> TaskSeen:
    column = pd.Series(cells)
    return task_of(look_at_column(name, column), column, ())


@pytest.mark.parametrize(
    ("cells", "kind", "metric", "balanced"),
    [
        ([0, 1] * 50, "binary", None, False),
        ([True, False] * 50, "binary", None, False),
        ([1] + [0] * 99, "binary", "average_precision", True),
        ([0] + [1] * 99, "binary", None, True),
        (["low", "high"] * 50, "multiclass", None, False),
        ([0, 1, 2] * 50, "multiclass", None, False),
        (["a", "b"] * 50 + ["c"], "multiclass", "macro_f1", True),
        (np.arange(100), "regression", None, False),
        ([0.5, 1.5] * 50, "regression", None, False),
    ],
)
def test_the_kind_and_the_metric_follow_from_the_labels(
    cells: Sequence[Any], kind: str, metric: str | None, balanced: bool
) -> None:
    found = task("y", cells)
    assert (found.kind, found.metric, found.balanced) == (kind, metric, balanced)


def test_a_class_of_a_row_or_two_is_not_learned() -> None:
    assert not task("y", [0] * 96 + [1] * 4).learnable
    assert task("y", [0] * 95 + [1] * 5).learnable
    assert task("y", ["a"] * 95 + ["b", "c", "d", "e", "f"]).learnable
    assert task("y", [0.5, 1.5, 2.5]).learnable


def test_what_may_be_meant_otherwise_is_said() -> None:
    assert task("stars", [1, 2, 3] * 10).doubts == (
        "stars: 1, 2, 3 are taken for classes; if they are amounts or grades, write kind: regression",
    )
    assert task("sold", ["yes", "no"] * 9).doubts == (
        "sold: no, yes are two classes by name; with 0 and 1 in their place it may be kind: binary",
    )
    assert task("y", [0, 1] * 9).doubts == ()


def test_numbers_of_which_there_is_a_row_or_two_are_amounts() -> None:
    found = task("waist", [31, 32, 33, 33, 34, 36] * 3)
    assert (found.kind, found.rarest) == ("regression", None)
    assert found.doubts == ("waist: 5 whole numbers are taken for amounts; if not, write kind: multiclass",)
    assert task("amount", [31.5, 32.5] * 3).doubts == ()


def test_labels_that_are_missing_are_counted() -> None:
    found = task("y", [0, 1, 1, None])
    assert (found.labelled, found.rarest) == (0.75, 1)


def test_likely_columns_are_known_by_their_names() -> None:
    names = (
        "target",
        "Label_A",
        "y",
        "class2",
        "toxOutcome",
        "ylabels",
        "years",
        "response_time",
        "note_label",
        "price",
    )
    numbers = np.random.default_rng(0).normal(size=(50, len(names)))
    table = pd.DataFrame(numbers, columns=list(names)).assign(note_label=[f"N{number}" for number in range(50)])
    looks = [look_at_column(str(name), column) for name, column in table.items()]
    assert likely_targets(looks) == ("target", "Label_A", "y", "class2", "toxOutcome", "response_time")
    assert last_columns(looks, 2) == ("response_time", "price")


@pytest.mark.parametrize(
    ("text", "name"),
    [("Preis €", "Preis"), ("Größe (m²)", "Grosse_m2"), ("2nd", "task_2nd"), ("目标", "task"), ("a.b-c", "a_b_c")],
)
def test_names_are_made_of_letters_digits_and_underscores(text: str, name: str) -> None:
    assert plain_name(text) == name


@given(st.lists(st.text(max_size=120), max_size=6))
def test_names_are_apart_and_allowed(texts: list[str]) -> None:
    names: list[str] = []
    for text in texts:
        names.append(plain_name(text, names))
    assert len({name.lower() for name in names}) == len(texts)
    assert all(
        name.isascii() and name.isidentifier() and name[0] != "_" and len(name) <= LONGEST_NAME for name in names
    )
