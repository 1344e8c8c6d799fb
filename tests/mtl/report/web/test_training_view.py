"""Which curves, weights and cosines the page of a study shows of what its runs left."""

from dataclasses import replace

import numpy as np
import pytest

from mtl.report.report_material import Material
from mtl.report.web.training_view import (
    Plot,
    cosine_map,
    first_of_each_approach,
    learning_curves,
    weight_plots,
)
from mtl.training.plans import RunPlan
from tests.mtl.report.materials import material_of, without_candidate
from tests.mtl.study.fitted import FittedStudy

pytestmark = pytest.mark.slow

METRICS = {"diabetes": "roc_auc", "hba1c": "r2", "health": "accuracy"}


@pytest.fixture(scope="module")
def material(fitted: FittedStudy) -> Material:
    return material_of(fitted)


def curves_of(material: Material) -> tuple[Plot, ...]:
    return learning_curves(material.spec, material.selection, METRICS)


def test_each_gated_task_has_the_candidates_curve_and_its_networks(material: Material) -> None:
    plots = curves_of(material)
    assert [plot.title for plot in plots] == ["diabetes (roc_auc ↑)", "hba1c (r2 ↑)", "health (accuracy ↑)"]
    assert {plot.names for plot in plots} == {("multi-task", "single-task network")}
    candidate = material.selection.candidate
    assert candidate is not None
    for plot, (task, metric) in zip(plots, METRICS.items(), strict=True):
        one, many = plot.curves
        assert list(one.values) == candidate.result.history[f"validation/{task}/{metric}"]
        assert one.kept == candidate.result.best_epoch
        network = material.selection.contenders[task]["network"]
        assert list(many.values) == network.result.history[f"validation/{task}/{metric}"]
        assert many.kept == network.result.best_epoch


def test_baselines_without_epochs_have_no_curve(material: Material) -> None:
    """Trees are grown, not trained for epochs: a line of one point would say nothing."""
    alone = {task: {"linear": found["linear"]} for task, found in material.selection.contenders.items()}
    told = curves_of(replace(material, selection=replace(material.selection, contenders=alone)))
    assert {plot.names for plot in told} == {("multi-task",)}


def test_without_a_candidate_the_networks_are_shown_and_no_cosines(fitted: FittedStudy) -> None:
    material = without_candidate(fitted)
    assert {plot.names for plot in curves_of(material)} == {("single-task network",)}
    assert cosine_map(material.selection) == ""


def test_weights_are_of_the_run_with_the_least_seed_of_each_approach(material: Material) -> None:
    first = first_of_each_approach(material.runs)
    assert [(str(approach), run.name.seed) for approach, run in first.items()] == [("equal", 0), ("pcgrad", 0)]
    assert first_of_each_approach([run for run in material.runs if run.name.seed != 0]).keys() == first.keys()
    assert first_of_each_approach([]) == {}


def test_weights_are_shown_over_epochs_for_every_task_on_one_scale(material: Material) -> None:
    equal, pcgrad = weight_plots(material.spec, material.runs)
    assert (equal.title, pcgrad.title) == ("equal", "pcgrad")
    assert equal.names == tuple(material.spec.tasks)
    for curve in equal.curves:
        known = [value for value in curve.values if np.isfinite(value)]
        assert known == pytest.approx([1.0] * len(known))
    assert equal.svg
    assert pcgrad.svg


def test_runs_that_left_no_weights_have_no_plot(material: Material) -> None:
    alone = [run for run in material.runs if run.name.task]
    assert weight_plots(material.spec, alone) == ()


def test_the_map_holds_every_task_of_the_candidate_auxiliary_ones_too(material: Material) -> None:
    told = cosine_map(material.selection)
    for task in material.spec.tasks:
        assert f"<title>{list(material.spec.tasks).index(task) + 1}: {task}</title>" in told


def test_of_very_many_tasks_and_approaches_some_are_shown(material: Material, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mtl.report.web.training_view.MOST_TASKS", 1)
    assert [plot.title for plot in curves_of(material)] == ["diabetes (roc_auc ↑)"]
    assert [plot.title for plot in weight_plots(material.spec, material.runs)] == ["equal"]


def test_the_map_is_left_out_where_there_is_one_task(material: Material) -> None:
    candidate = material.selection.candidate
    assert candidate is not None
    assert isinstance(candidate.plan, RunPlan)
    alone = replace(candidate, plan=replace(candidate.plan, tasks=candidate.plan.tasks[:1]))
    assert cosine_map(replace(material.selection, candidate=alone)) == ""
