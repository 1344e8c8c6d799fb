"""What a report says of fresh seeds, of the ledger of test rows and of slices."""

from dataclasses import replace

import numpy as np
import pytest

from mtl.promotion.error_budget import Granted, Refused
from mtl.report.gate_sections import budget_sentence, gate_sections
from tests.mtl.promotion.cases import make_evidence, with_found, with_procedure, with_slice


def test_what_was_spent_and_what_is_left_is_said() -> None:
    told = budget_sentence(Granted(2, 0.0111, 0.0167, 0.0222, 0.25))
    assert told == (
        "Look 2 at these test rows, 25% of which were new. They allow false promotions of 5.00 % in all: 1.11 % for"
        " this look, 1.67 % spent by earlier ones, 2.22 % left for later ones."
    )
    given_back = budget_sentence(Granted(2, 0.0111, 0.0167, 0.0222, 0.25), promoted=True)
    assert given_back.endswith(
        "1.11 % for this look, which the promotion gives back, 1.67 % spent by earlier ones, 3.33 % left for later"
        " ones."
    )
    assert budget_sentence(Refused(7, 0.05, 0.0498, 0.0)).startswith("No look was granted: the error budget of these")
    assert budget_sentence(None) == ""


def test_fresh_seeds_have_a_table_with_the_errors_of_rows_and_seeds() -> None:
    evidence = with_procedure(make_evidence(), 0, rows_error=0.0123, seeds_error=0.0045)
    text = "\n".join(gate_sections(evidence.comparison, evidence.budget))
    assert "## Over fresh seeds" in text
    row = "| price | r2 ↑ | 0.5000 | 0.5400 | +0.0400 | [+0.0200, +0.0600] | 0.0123 | 0.0045 | 3 and 3 |"
    assert row in text


@pytest.mark.parametrize(("worse", "told"), [(True, "surely worse"), (False, "")])
def test_slices_have_a_table_that_marks_what_objects(worse: bool, told: str) -> None:
    evidence = with_slice(make_evidence(), 0, surely_worse=worse)
    text = "\n".join(gate_sections(evidence.comparison, None))
    upper = "-0.1000" if worse else "+0.1000"
    assert f"| price | origin | JFK | 400 | -0.1800 | {upper} | {told} |" in text


def test_what_is_not_known_is_a_dash_and_what_is_not_there_is_left_out() -> None:
    evidence = with_found(with_procedure(make_evidence(), 0, lower=np.nan, upper=np.nan), 1, procedure=None)
    text = "\n".join(gate_sections(evidence.comparison, None))
    assert "| price | r2 ↑ | 0.5000 | 0.5400 | +0.0400 | – |" in text
    assert "| sold |" not in text
    assert evidence.comparison is not None
    bare = replace(evidence.comparison, tasks=())
    assert list(gate_sections(bare, None)) == []
    assert list(gate_sections(None, None)) == []
