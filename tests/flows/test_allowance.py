"""Durations as people write them."""

import pytest

from flows.allowance import Allowance, seconds_of
from mtl.errors import UserError


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("10m", 600), ("2h", 7200), ("1.5h", 5400), ("0.5s", 0.5)])
def test_a_number_and_a_unit(text: str, seconds: float) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "10", "m", "-5m", "0m", "0.0h", "10 m", "10min", "1h30m", "1e3s", "nan s", "٣m", "5m\n"]
)
def test_whatever_else_is_a_mistake_that_says_what_was_expected(text: str) -> None:
    with pytest.raises(UserError, match=r"--time: expected a number above 0 and s, m or h, .*; got"):
        seconds_of(text)


def test_what_is_spent_is_no_longer_left_and_what_is_overdrawn_is_nothing() -> None:
    allowance = Allowance(1000.0)
    assert 0 <= allowance.spent < 1000
    assert 0 < allowance.left <= 1000
    assert Allowance(5.0, began=allowance.began - 10).left == 0
    assert Allowance(5.0, began=allowance.began - 10).after(1e6).left > 5.0
