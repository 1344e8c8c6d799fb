"""A decision rests on seeds that nothing was chosen by."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest

from mtl.baselines.study_runs import fit_planned
from mtl.evaluation.comparison import ChampionAbsent, Comparison
from mtl.promotion.error_budget import Granted
from mtl.promotion.evidence import ArtifactCheck
from mtl.run_names import RunName
from mtl.spec import GateSpec, Spec
from mtl.study.choices import FittedRun, Selection
from mtl.study.comparing import compare_measured
from mtl.study.confirmation import confirm, confirmation_seeds, plan_confirmation
from mtl.study.deciding import bootstrap_of, decide
from mtl.study.locked_test import open_test
from mtl.study.measured import Measured, measure
from mtl.training.plans import RunPlan
from tests.mtl.study.fitted import FittedStudy

TWO = GateSpec(confirmation=2)
LOOK = Granted(1, 0.05, 0.0, 0.0, 1.0)


def spec_with(fitted: FittedStudy, gate: GateSpec = TWO) -> Spec:
    return fitted.study.spec.model_copy(update={"gate": gate})


@dataclass(frozen=True)
class Confirmed:
    """A choice, and what fresh seeds made of it."""

    seeds: Sequence[int]
    fresh: list[FittedRun]
    selection: Selection


@pytest.fixture(scope="module")
def confirmed(fitted: FittedStudy) -> Confirmed:
    seeds = confirmation_seeds(spec_with(fitted), fitted.study.frame)
    fresh = [FittedRun(plan, fit_planned(plan)) for plan in plan_confirmation(fitted.selection, seeds)]
    return Confirmed(seeds, fresh, confirm(fitted.study.prepared, fitted.selection, fresh, seeds))


def measured_of(fitted: FittedStudy, confirmed: Confirmed, left: Sequence[FittedRun] | None = None) -> Measured:
    runs = [*fitted.runs, *(confirmed.fresh if left is None else left)]
    selection = confirm(fitted.study.prepared, fitted.selection, runs[len(fitted.runs) :], confirmed.seeds)
    opened = open_test(fitted.study.prepared, fitted.study.frame, runs, selection)
    found = measure(opened, selection, ChampionAbsent())
    assert found is not None
    return found


def compared(fitted: FittedStudy, measured: Measured) -> Comparison:
    return compare_measured(measured, bootstrap_of(spec_with(fitted)))


def test_seeds_are_new_to_the_study_and_the_same_for_the_same_rows(fitted: FittedStudy) -> None:
    spec, frame = spec_with(fitted), fitted.study.frame
    seeds = confirmation_seeds(spec, frame)
    assert len(seeds) == len(set(seeds)) == 2
    assert confirmation_seeds(spec, frame) == seeds
    assert not set(confirmation_seeds(spec, replace(frame, digest="other"))) & set(seeds)
    used = spec.model_copy(update={"seeds": seeds[:1]})
    assert seeds[0] not in confirmation_seeds(used, frame)
    assert len(confirmation_seeds(used, frame)) == 2


def test_point_estimates_need_no_confirmation(fitted: FittedStudy) -> None:
    spec = spec_with(fitted, GateSpec(confidence=0.5))
    assert confirmation_seeds(spec, fitted.study.frame) == ()
    assert confirm(fitted.study.prepared, fitted.selection, [], ()) is fitted.selection


def test_what_was_chosen_is_planned_with_every_seed_and_what_draws_nothing_is_not(
    fitted: FittedStudy, confirmed: Confirmed
) -> None:
    assert fitted.selection.candidate is not None
    drawn = [
        run for run in (fitted.selection.candidate, *fitted.selection.baselines.values()) if run.name.seed is not None
    ]
    expected = {replace(run.name, seed=seed) for run in drawn for seed in confirmed.seeds}
    assert {run.name for run in confirmed.fresh} == expected
    searched = fitted.selection.candidate.network
    for run in confirmed.fresh:
        if run.name.approach is not None:
            assert (run.network.scheme, run.network.training) == (searched.scheme, searched.training)


def test_what_starts_from_another_run_starts_from_one_of_the_same_seed_planned_before_it(fitted: FittedStudy) -> None:
    after = next(run for run in fitted.runs if run.name.pretrained_on is not None)
    selection = replace(fitted.selection, baselines={"diabetes": after})
    plans = plan_confirmation(selection, (71, 72))
    names = [plan.name for plan in plans]
    for seed in (71, 72):
        source, started = RunName.single("hdl", seed), RunName.single("diabetes", seed, "hdl")
        assert names.index(source) < names.index(started)
        plan = plans[names.index(started)]
        assert isinstance(plan, RunPlan)
        assert plan.pretrained is not None
        assert plan.pretrained.key == plans[names.index(source)].key


def test_the_candidate_is_the_fresh_run_that_is_best_on_validation(fitted: FittedStudy, confirmed: Confirmed) -> None:
    found = confirmed.selection
    assert found.candidate is not None
    assert found.candidate.name.seed in confirmed.seeds
    assert fitted.selection.candidate is not None
    assert found.candidate.name.approach == fitted.selection.candidate.name.approach
    for task, run in found.baselines.items():
        assert run.name.family == fitted.selection.baselines[task].name.family
        assert run.name.seed is None or run.name.seed in confirmed.seeds
        assert found.contenders[task][run.name.baseline] is run
    assert found.standings == fitted.selection.standings, "those of the search are what people see"


def test_each_side_is_the_mean_of_its_fresh_seeds_alone(fitted: FittedStudy, confirmed: Confirmed) -> None:
    measured = measured_of(fitted, confirmed)
    assert measured.confirming == tuple(confirmed.seeds)
    for each in compared(fitted, measured).tasks:
        assert each.procedure is not None
        opponent = measured.baselines[each.task]
        assert each.procedure.seeds == (2, 1 if opponent.seed is None else 2)
        assert each.seeds == 2
        assert each.adjusted is not None


@pytest.mark.parametrize("lost", [0, 1])
def test_a_fresh_seed_that_was_lost_leaves_no_task_better(fitted: FittedStudy, confirmed: Confirmed, lost: int) -> None:
    ours = [run for run in confirmed.fresh if run.name.approach is not None]
    left = [run for run in confirmed.fresh if run.name != ours[lost].name]
    measured = measured_of(fitted, confirmed, left)
    comparison = compared(fitted, measured)
    assert all(each.procedure is None for each in comparison.tasks)
    decided = decide(spec_with(fitted), True, measured, comparison, ArtifactCheck(True, True), LOOK)
    assert not any(each.verdict == "better" for each in decided.decision.verdicts)
    told = {each.verdict: each.reason for each in decided.decision.verdicts}
    assert "worse" in told or any("a run of some seed is missing" in reason for reason in told.values())


def test_runs_that_were_chosen_by_are_no_evidence_of_how_often_a_promotion_is_wrong(fitted: FittedStudy) -> None:
    found = fitted.compared(ChampionAbsent())
    assert [each.task for each in found.tasks] == list(fitted.selection.baselines)
    assert all(each.procedure is None for each in found.tasks), "the candidate itself has a seed of the search"


def test_one_opponent_run_that_did_not_converge_is_enough_to_say_so(fitted: FittedStudy, confirmed: Confirmed) -> None:
    task, runs = next((task, runs) for task, runs in confirmed.selection.opponents.items() if len(runs) > 1)
    told = ("", "at its cap")
    weak = tuple(
        replace(run, result=replace(run.result, not_converged=why)) for run, why in zip(runs, told, strict=True)
    )
    selection = replace(confirmed.selection, opponents={**confirmed.selection.opponents, task: weak})
    assert selection.opponent(task).not_converged == "at its cap"
    assert np.all([not confirmed.selection.opponent(other).missing for other in confirmed.selection.baselines])
