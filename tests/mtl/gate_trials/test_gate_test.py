"""What a gate can be expected to answer, as it is printed and as JSON."""

import json
from io import StringIO

import pytest
from rich.console import Console

from mtl.gate_trials.gate_test import GateTest, simulate
from mtl.gate_trials.share import Share
from mtl.promotion.error_budget import Refused
from mtl.report.gate_test_page import print_gate_test
from tests.mtl.gate_trials.shapes import STEADY, shape_of

SHAPE = shape_of(STEADY, None)
REFUSED = Refused(7, 0.05, 0.0498, 0.0)


@pytest.fixture(scope="module")
def found() -> GateTest:
    return simulate(SHAPE, map, trials=4, of_gain=2)


def printed(found: GateTest) -> str:
    console = Console(width=160, file=StringIO())
    print_gate_test(found, SHAPE.policy, console)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_it_counts_as_many_trials_as_are_asked(found: GateTest) -> None:
    assert found.false_promotions is not None
    assert found.false_promotions.trials == 4
    assert {gain: share.trials for gain, share in (found.found or {}).items()} == dict.fromkeys(
        (0.01, 0.02, 0.03, 0.05), 2
    )


def test_json_holds_what_is_printed(found: GateTest) -> None:
    plain = json.loads(json.dumps(found.to_plain()))
    assert plain["level"] == pytest.approx(0.05 / 3)
    assert [task["measured"] for task in plain["tasks"]] == [True, False]
    assert plain["false_promotions"]["trials"] == 4
    assert set(plain["found"]) == {"0.01", "0.02", "0.03", "0.05"}


def test_a_page_tells_what_is_assumed_at_which_level_and_what_it_would_take(found: GateTest) -> None:
    page = printed(found)
    assert "the last study" in page
    assert "No earlier study tells how models of t1 differ" in page
    assert "Level of this decision: 0.0167, for look 1" in page
    assert "better by 2% on every task" in page
    assert "To find a gain of 2% on every task with a probability of 80%, it would take" in page


def test_numbers_of_labels_and_seeds_are_told() -> None:
    told = printed(GateTest(tuple(SHAPE.tasks), SHAPE.granted, {}, Share(0, 9), {0.01: Share(1, 9)}, 3.5, 12, (1.5, 5)))
    assert "3.5 times as many labels, or" in told
    assert "12 fresh seeds, or" in told
    assert "1.5 times as many labels together with 5 fresh seeds" in told


def test_a_spent_budget_a_thin_task_and_no_error_rate_are_said_in_place_of_numbers() -> None:
    assert "the error budget of these test rows is spent" in printed(GateTest((), REFUSED, {}))
    assert "Nothing can be promoted: t0: no label." in printed(GateTest((), SHAPE.granted, {"t0": "no label"}))
    assert "claims no error rate" in printed(GateTest((), None, {}))
    assert GateTest((), REFUSED, {}).to_plain()["refused"] == REFUSED.sentence
