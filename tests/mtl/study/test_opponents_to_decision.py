"""From runs to a decision: an opponent that is missing or badly trained never makes a candidate better."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mtl.evaluation.comparison import ChampionAbsent
from mtl.promotion.evidence import ArtifactCheck
from mtl.run_names import RunName
from mtl.spec import GateSpec
from mtl.study.choices import FittedRun, Selection, select
from mtl.study.comparing import compare_measured
from mtl.study.deciding import DECISION, Decided, bootstrap_of, decide, repeat_decision
from mtl.study.decision_basis import FILE, write_basis
from mtl.study.diagnostics import likely_causes
from mtl.study.measured import measure
from tests.mtl.study.fitted import ASKED, FittedStudy

LENIENT = GateSpec(confidence=0.5, margin=0.0, min_labels=2)
"""The point-estimate rule, under which something is better on so small a study."""


def decided_with(fitted: FittedStudy, selection: Selection) -> Decided:
    measured = measure(fitted.opened, selection, ChampionAbsent())
    assert measured is not None
    spec = fitted.study.spec.model_copy(update={"gate": LENIENT})
    comparison = compare_measured(measured, bootstrap_of(spec))
    return decide(spec, True, measured, comparison, ArtifactCheck(True, True))


def reasons(decided: Decided) -> dict[str, tuple[str, str]]:
    return {each.task: (each.verdict, each.reason) for each in decided.decision.verdicts}


def with_trained(fitted: FittedStudy, told: str) -> list[FittedRun]:
    """The runs, all of which are said to have converged or not to have."""
    return [replace(run, result=replace(run.result, not_converged=told)) for run in fitted.runs]


def chosen(fitted: FittedStudy, runs: Sequence[FittedRun]) -> Selection:
    return select(fitted.study.prepared, runs, ASKED)


def test_opponents_that_did_not_converge_leave_no_task_better(fitted: FittedStudy) -> None:
    sound = reasons(decided_with(fitted, chosen(fitted, with_trained(fitted, ""))))
    weak = reasons(decided_with(fitted, chosen(fitted, with_trained(fitted, "it stopped at its cap"))))
    for task, (verdict, _) in sound.items():
        found, reason = weak[task]
        assert found == ("worse" if verdict == "worse" else "undecided")
        assert verdict == "worse" or reason == "not converged: it stopped at its cap"


@pytest.mark.parametrize("lost", ASKED)
def test_a_baseline_that_failed_on_a_task_keeps_that_task_alone_from_being_better(
    fitted: FittedStudy, lost: str
) -> None:
    runs = [
        replace(run, result=replace(run.result, status="failed"))
        if (run.name.task, run.name.baseline) == ("health", lost)
        else run
        for run in with_trained(fitted, "")
    ]
    found = reasons(decided_with(fitted, chosen(fitted, runs)))
    assert found["health"][0] != "better"
    assert found["health"][0] == "worse" or f"missing opponent: {lost} left no run" in found["health"][1]
    assert not any("missing opponent" in found[task][1] for task in ("hba1c", "diabetes"))


def test_a_study_that_asks_for_networks_alone_is_decided_by_them_alone(fitted: FittedStudy) -> None:
    networks = [run for run in with_trained(fitted, "") if run.name.baseline == "network"]
    alone = select(fitted.study.prepared, networks, ["network"])
    assert {run.name.baseline for run in alone.baselines.values()} == {"network"}
    assert all(alone.opponent(task).missing == () for task in alone.baselines)
    decided = decided_with(fitted, alone)
    assert decided.comparison is not None
    for each in decided.comparison.tasks:
        assert each.seeds == 2
        assert set(each.by_baseline) == {"network"}


def test_why_an_opponent_is_weak_is_in_the_evidence_and_the_decision_repeats(
    fitted: FittedStudy, tmp_path: Path
) -> None:
    decided = decided_with(fitted, chosen(fitted, with_trained(fitted, "it stopped at its cap")))
    write_basis(tmp_path / FILE, decided.basis)
    (tmp_path / DECISION).write_text(decided.decision.to_json(), encoding="utf-8")
    repeated = repeat_decision(tmp_path)
    assert repeated.same, repeated.differences
    assert decided.basis.rules == 4


def test_a_candidate_of_negative_r2_is_never_promoted_though_its_baselines_are_worse(
    fitted: FittedStudy, tmp_path: Path
) -> None:
    measured = measure(fitted.opened, chosen(fitted, with_trained(fitted, "")), ChampionAbsent())
    assert measured is not None
    noise = np.random.default_rng(0).normal(size=len(measured.truths["hba1c"].labels))
    mean, spread = measured.constants["hba1c"], measured.truths["hba1c"].labels.std()
    blind = {
        run: {**found, "hba1c": mean + (0.08 if run.approach else 2.0) * spread * noise} if "hba1c" in found else found
        for run, found in measured.predictions.items()
    }
    planted, spec = replace(measured, predictions=blind), fitted.study.spec.model_copy(update={"gate": LENIENT})
    comparison = compare_measured(planted, bootstrap_of(spec))
    decided = decide(spec, True, planted, comparison, ArtifactCheck(True, True))
    found = comparison.of("hba1c")
    assert found is not None
    assert -0.02 < found.difference.candidate < 0 < found.difference.lower
    verdict, reason = reasons(decided)["hba1c"]
    assert (verdict, decided.decision.promote) == ("worse", False)
    assert reason.startswith("against a constant, r2 -0.0")
    causes = likely_causes(fitted.study.prepared, fitted.selection, decided)
    assert any(cause.startswith("hba1c: no better than a constant: ") for cause in causes)
    write_basis(tmp_path / FILE, decided.basis)
    (tmp_path / DECISION).write_text(decided.decision.to_json(), encoding="utf-8")
    assert repeat_decision(tmp_path).same


def test_the_chosen_run_of_each_baseline_is_compared_on_the_same_rows(fitted: FittedStudy) -> None:
    decided = decided_with(fitted, fitted.selection)
    assert decided.comparison is not None
    for each in decided.comparison.tasks:
        assert set(each.by_baseline) == set(ASKED)
        opponent: RunName = decided.comparison.baselines[each.task]
        assert each.by_baseline[opponent.baseline] == each.difference
        assert {paired.labels for paired in each.by_baseline.values()} == {each.difference.labels}
