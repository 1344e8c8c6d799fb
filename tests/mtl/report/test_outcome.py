"""What a machine reads of a study's outcome."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.mtl.promotion.cases import make_evidence, with_task
from tests.mtl.report.outcomes import outcome_of


def as_read(plain: dict[str, Any]) -> dict[str, Any]:
    """The outcome after a way through strict JSON."""
    again: dict[str, Any] = json.loads(json.dumps(plain, allow_nan=False))
    return again


def test_a_machine_reads_the_decision_the_numbers_and_where_to_look() -> None:
    outcome = outcome_of()
    plain = as_read(outcome.to_plain(61.0))
    assert plain["decision"]["promote"] is True
    assert plain["decision"]["sentence"] == outcome.decision.sentence
    assert [each["difference"]["lower"] for each in plain["comparison"]["tasks"]] == [0.02, 0.02]
    assert (plain["version"], plain["report"], plain["docs"]) == ("1", "/elsewhere/reports/reviews", None)
    assert plain["wall_seconds"] == 61.0
    assert plain["effort"] == {"trained": 24, "reused": 3, "training_seconds": 72.9, "workers": 2}


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_text_that_strict_json_takes(value: float) -> None:
    outcome = outcome_of(with_task(make_evidence(), 0, lower=value))
    (task, _) = as_read(outcome.to_plain(1.0))["comparison"]["tasks"]
    assert isinstance(task["difference"]["lower"], str)
    assert float(task["difference"]["lower"]) == pytest.approx(value, nan_ok=True)


def test_nothing_compared_is_nothing_and_not_left_out() -> None:
    outcome = outcome_of(replace(make_evidence(), comparison=None))
    plain = as_read(outcome.to_plain(1.0))
    assert plain["comparison"] is None
    assert plain["decision"]["promote"] is False


def test_a_page_of_the_data_checks_is_a_path() -> None:
    outcome = replace(outcome_of(), docs=Path("/elsewhere/data_docs/reviews/index.html"))
    assert as_read(outcome.to_plain(1.0))["docs"] == "/elsewhere/data_docs/reviews/index.html"
