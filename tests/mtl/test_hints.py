"""Hints at what was meant, and what is allowed in its place."""

import pytest

from mtl.hints import did_you_mean, expected_one_of


@pytest.mark.parametrize("wrong", ["eqaul", "Equal", "equall", "equa"])
def test_a_close_name_is_hinted_at(wrong: str) -> None:
    assert did_you_mean(wrong, ["fixed", "equal", "nash"]) == "did you mean 'equal'? "


@pytest.mark.parametrize("wrong", ["zzz", "", 7, None, ["equal"] * 9])
def test_nothing_is_hinted_at_where_no_name_is_close(wrong: object) -> None:
    assert did_you_mean(wrong, ["fixed", "nash"]) == ""


def test_nothing_is_hinted_at_where_there_is_nothing() -> None:
    assert did_you_mean("equal", []) == ""


def test_what_is_allowed_is_named_with_what_came() -> None:
    assert expected_one_of(["l2", "l1"], 3) == "expected one of l2, l1; got 3"
    assert expected_one_of(["mean", "lstm"], "lst") == "expected one of mean, lstm; did you mean 'lstm'? got 'lst'"
