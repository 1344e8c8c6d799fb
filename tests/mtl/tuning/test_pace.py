"""Rounds of trials within a bound on the time, with planted costs and a planted clock."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.baselines.study_runs import AnyPlan, plan_study
from mtl.training.approaches import approaches_of
from mtl.training.results import RunResult
from mtl.tuning.pace import Ahead, in_rounds, wall_seconds
from mtl.tuning.search import Trial
from mtl.tuning.tuned import TrialRun
from tests.mtl.studies import small_study, tasks_with

MOST = 8
NOTHING = Ahead((), (), 1, 0.0)


class Planted:
    """Models whose trials take so many seconds each, one after another, and a clock that they move."""

    def __init__(self, costs: Mapping[str, float], seconds: float, most: Mapping[str, int] | None = None) -> None:
        self.costs, self.left, self.most = costs, seconds, most or {}
        self.known = 0
        self.made = dict.fromkeys(costs, 0)

    def make(self, upto: int) -> Iterator[TrialRun]:
        for subject, cost in self.costs.items():
            while self.made[subject] < min(upto, self.most.get(subject, MOST)):
                number = self.made[subject]
                self.made[subject] += 1
                self.left -= 0.0 if number < self.known else cost
                yield run_of(subject, number, cost)

    def rounds(self, ahead: Ahead) -> int:
        made = list(in_rounds(self.make, ahead, lambda: self.left))
        assert len(made) == sum(self.made.values())
        return max(self.made.values())


def run_of(subject: str, number: int, seconds: float) -> TrialRun:
    result = RunResult(Path(), "finished", "", "", seconds, 0.0, 1, 0, 1, 1, 1, 1.0, {})
    return TrialRun(Trial(subject, number, {}, cast(AnyPlan, None), score=1.0), result, reused=False)


costs = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 50), min_size=1)


@given(costs, st.integers(1, 2000), st.integers(0, 3), st.integers(0, 30))
def test_every_model_has_as_many_trials_and_no_round_more_than_there_is_time_for(
    costs: dict[str, int], seconds: int, seeds: int, steps: int
) -> None:
    study = Planted({subject: float(cost) for subject, cost in costs.items()}, float(seconds))
    ahead = Ahead(tuple(costs) * seeds, (), 1, float(steps))
    rounds = study.rounds(ahead)
    assert set(study.made.values()) == {rounds}
    of_round = sum(costs.values())
    needed = steps + seeds * of_round
    assert rounds == 1 or rounds * of_round + needed <= seconds
    assert rounds == MOST or (rounds + 1) * of_round + needed > seconds


def test_the_first_round_is_made_however_short_the_time_is() -> None:
    assert Planted({"equal": 10.0, "linear": 1.0}, 0.5).rounds(NOTHING) == 1


def test_what_has_one_trial_by_its_nature_holds_nobody_up() -> None:
    study = Planted({"equal": 10.0, "linear": 1.0}, 1000.0, most={"linear": 1})
    assert study.rounds(NOTHING) == MOST
    assert study.made["linear"] == 1


def test_trials_that_were_known_took_no_time_but_the_next_round_is_reckoned_as_if_they_had() -> None:
    study = Planted({"equal": 10.0}, 25.0)
    study.known = 3
    assert study.rounds(NOTHING) == 5
    assert study.left == 5.0


def test_models_that_start_from_tuned_ones_get_as_many_trials_afterwards() -> None:
    """Each round takes 10 s now and 10 s then."""
    assert Planted({"a": 10.0}, 65.0).rounds(Ahead((), ("a",), 1, 0.0)) == 3


def test_runs_side_by_side_take_no_less_than_their_share_and_than_the_longest() -> None:
    assert wall_seconds([4.0, 4.0, 4.0], 2) == 6.0
    assert wall_seconds([9.0, 1.0], 2) == 9.0
    assert wall_seconds([], 2) == 0.0


@pytest.mark.slow
def test_what_is_ahead_are_further_seeds_and_trials_of_what_is_pretrained(tmp_path: Path) -> None:
    tasks = tasks_with(diabetes={"pretrained_on": ["hdl"]})
    study = small_study(tmp_path, tasks=tasks, schemes=["equal"], baselines=["network", "linear"], seeds=[3, 4])
    plans = plan_study(study.spec, approaches_of(study.spec), study.prepared, study.frame, tmp_path)
    ahead = Ahead.of(plans, 3, 2, 5.0)
    alone = {f"single-task {task}" for task in ("hba1c", "diabetes", "health", "hdl")}
    assert set(ahead.further) == {"equal", *alone}
    assert len(ahead.further) == 6
    assert ahead.later == ("single-task hdl",)
    costs = dict.fromkeys(ahead.further, 10.0)
    assert ahead.seconds(4, costs) == 5.0 + 30.0 + 4 * 10.0
