from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from mtl.promotion.error_budget import LEAST, Granted, PastLook, Refused, grant
from mtl.promotion.unit_sketch import UnitSketch
from tests.mtl.evaluation.cases import lightly
from tests.mtl.promotion.looks import ALPHA, rows

SAME = rows(range(200))


def looks(
    sides: Sequence[UnitSketch], promoted: Callable[[int], bool] = lambda _: False
) -> Iterator[tuple[Granted | Refused, bool]]:
    """Each side is looked at in its turn: the answers, and whether the look was promoted."""
    past: list[PastLook] = []
    for position, side in enumerate(sides):
        answer = grant(side, past, ALPHA)
        if isinstance(answer, Granted):
            past.append(PastLook(side, answer.level, answer.share_fresh, promoted(position)))
        yield answer, isinstance(answer, Granted) and promoted(position)


def levels(sides: Sequence[UnitSketch], promoted: Callable[[int], bool] = lambda _: False) -> list[float]:
    """What the looks that did not promote have spent."""
    found = looks(sides, promoted)
    return [answer.level for answer, gave_back in found if isinstance(answer, Granted) and not gave_back]


def test_looks_at_the_same_rows_have_the_levels_of_the_table_and_end_with_the_seventh() -> None:
    found = [answer for answer, _ in looks([SAME] * 9)]
    granted = [answer for answer in found if isinstance(answer, Granted)]
    assert [round(each.level, 4) for each in granted] == [0.0167, 0.0111, 0.0074, 0.0049, 0.0033, 0.0022, 0.0015]
    assert [round(float(norm.isf(each.level)), 2) for each in granted] == [2.13, 2.29, 2.44, 2.58, 2.72, 2.85, 2.98]
    assert [each.number for each in granted] == [1, 2, 3, 4, 5, 6, 7]
    assert all(isinstance(answer, Refused) for answer in found[7:])


def test_a_grant_says_what_was_spent_and_what_is_left() -> None:
    first, second = (astuple(answer) for answer, _ in looks([SAME] * 2))
    assert first == pytest.approx((1, 0.05 / 3, 0.0, 0.1 / 3, 1.0))
    assert second == pytest.approx((2, 0.1 / 9, 0.05 / 3, 0.05 * 4 / 9, 0.0))


@lightly
@given(promoted=st.lists(st.booleans(), min_size=12, max_size=12))
def test_what_is_not_promoted_spends_less_than_alpha_and_what_is_gives_its_level_back(promoted: list[bool]) -> None:
    assert sum(levels([SAME] * 12, promoted.__getitem__)) < ALPHA
    found = [answer for answer, _ in looks([SAME] * 12, promoted.__getitem__)]
    for before, after, gave_back in zip(found, found[1:], promoted, strict=False):
        if isinstance(before, Granted) and gave_back:
            assert isinstance(after, Granted)
            assert after.level == pytest.approx(before.level)


def test_only_looks_without_a_promotion_were_spent() -> None:
    answer = grant(SAME, [PastLook(SAME, 0.01, 1.0), PastLook(SAME, 0.02, 0.0, promoted=True)], ALPHA)
    assert isinstance(answer, Granted)
    assert answer.spent_before == pytest.approx(0.01)


def test_rows_that_nobody_has_looked_at_have_the_whole_budget_whatever_was_spent_elsewhere() -> None:
    past = [PastLook(rows(range(1000, 1200)), 0.05, 1.0)] * 9
    assert grant(SAME, past, ALPHA) == grant(SAME, [], ALPHA)


def test_fresh_rows_give_budget_back_in_proportion() -> None:
    spent = [PastLook(SAME, 0.03, 1.0)]
    answer = grant(rows(range(50, 250)), spent, ALPHA)
    assert isinstance(answer, Granted)
    assert answer.spent_before == pytest.approx(0.75 * 0.03)
    assert answer.share_fresh == pytest.approx(0.25)
    assert answer.level == pytest.approx((ALPHA - 0.75 * 0.03) / 3)


@lightly
@given(sides=st.lists(st.sets(st.integers(0, 120), min_size=1, max_size=60), min_size=2, max_size=20))
def test_whatever_is_looked_at_the_levels_sum_to_alpha_for_each_renewal_at_most(sides: list[set[int]]) -> None:
    granted = [answer for answer, _ in looks([rows(side) for side in sides]) if isinstance(answer, Granted)]
    assert sum(answer.level for answer in granted) <= ALPHA * sum(answer.share_fresh for answer in granted) + 1e-9


@pytest.mark.parametrize("step", [1, 10, 30, 60])
def test_a_window_that_rolls_on_can_be_looked_at_for_ever(step: int) -> None:
    sides = [rows(range(start, start + 60)) for start in range(0, 40 * step, step)]
    answers = [answer for answer, _ in looks(sides)]
    assert sum(levels(sides)) <= ALPHA * (1 + 39 * step / 60) + 1e-9
    # Where less than a fiftieth comes in with each look, some looks are refused, and later ones are not.
    assert (step < 2) == any(isinstance(answer, Refused) for answer in answers)
    assert any(isinstance(answer, Granted) for answer in answers[-3:])


def test_what_a_rolling_window_spends_in_the_long_run_is_what_comes_in() -> None:
    spent = levels([rows(range(start, start + 60)) for start in range(0, 400, 6)])
    assert spent[-1] == pytest.approx(ALPHA * 6 / 60, rel=0.01)


def test_rows_that_were_looked_at_by_parts_have_one_budget_in_all() -> None:
    parts = [rows(range(start, start + 10)) for start in range(0, 200, 10)]
    assert sum(levels([SAME, *parts])) < ALPHA


def test_a_refusal_says_what_is_spent_and_what_would_renew_it() -> None:
    refused = next(answer for answer, _ in islice(looks([SAME] * 9), 7, None))
    assert isinstance(refused, Refused)
    assert refused.spent == pytest.approx(ALPHA * (1 - (2 / 3) ** 7))
    assert refused.sentence == (
        "the error budget of these test rows is spent: 7 earlier looks have used 0.0471 of 0.0500, and 0% of the rows"
        " are new; test on new rows, which give it back in proportion, or on other rows of the same table with"
        " `split: {salt: NEW, retired: [OLD]}`, which trains on the rows that were tested"
    )


def test_a_stricter_alpha_counts_what_was_spent_at_a_looser_one() -> None:
    assert isinstance(grant(SAME, [PastLook(SAME, 0.05 / 3, 1.0)], 0.01), Refused)
    assert isinstance(grant(SAME, [PastLook(SAME, 0.01 / 3, 1.0)], 0.05), Granted)


def test_the_least_that_is_granted_is_a_fiftieth_of_alpha() -> None:
    barely = ALPHA * (1 - 3 * LEAST)
    assert isinstance(grant(SAME, [PastLook(SAME, barely - 1e-9, 1.0)], ALPHA), Granted)
    assert isinstance(grant(SAME, [PastLook(SAME, barely + 1e-9, 1.0)], ALPHA), Refused)
