"""What is compared on the test side."""

from dataclasses import replace

import numpy as np

from mtl.evaluation.comparison import ChampionAbsent, ChampionUnknown
from mtl.run_names import RunName
from mtl.study.measured import measure
from tests.mtl.study.fitted import FittedStudy


def test_auxiliary_tasks_are_not_compared(fitted: FittedStudy) -> None:
    found = fitted.compared(ChampionAbsent())
    assert {each.task for each in found.tasks} == {"hba1c", "diabetes", "health"}


def test_a_task_may_be_compared_with_its_pretrained_runs(fitted: FittedStudy) -> None:
    pretrained = next(run for run in fitted.runs if run.name == RunName.single("diabetes", 1, "hdl"))
    chosen = replace(
        fitted.selection, baselines={**fitted.selection.baselines, "diabetes": pretrained}, confirming=(0, 1)
    )
    found = fitted.compared(ChampionAbsent(), chosen)
    assert found.baselines["diabetes"] == pretrained.name
    assert found.baselines["health"].pretrained_on is None
    compared = found.of("diabetes")
    assert compared is not None
    assert np.isfinite(compared.seed_mean_difference)
    assert compared.seeds == 2


def test_a_champion_that_could_not_be_scored_stays_an_answer(fitted: FittedStudy) -> None:
    unknown = ChampionUnknown("its bundle is gone")
    assert fitted.compared(unknown).champion == unknown


def test_nothing_is_measured_without_a_candidate(fitted: FittedStudy) -> None:
    assert measure(replace(fitted.opened, candidate=None), fitted.selection, ChampionAbsent()) is None
