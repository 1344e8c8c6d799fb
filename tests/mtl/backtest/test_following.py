"""Champion, newest and single-task models on rows that nothing had seen."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mtl.backtest.following import (
    BASELINES,
    CHAMPION,
    NEWEST,
    POLICIES,
    TaskFollowing,
    compare_policies,
    of_pair,
    open_following,
)
from mtl.backtest.standing import Version
from mtl.evaluation.metric import metric_named
from mtl.evaluation.paired_difference import Bootstrap
from mtl.evaluation.truth import FloatArray
from mtl.run_names import RunName
from mtl.study.locked_test import rows_of
from tests.mtl.backtest.conftest import Tried

BOOTSTRAP = Bootstrap(200, 0.9)
TASKS = ("hba1c", "diabetes", "health")


def rows(tried: Tried) -> pd.DataFrame:
    """Those of the test side, as raw as they were read."""
    return rows_of(tried.study.frame, tried.study.prepared.side("test"))


def followed(tried: Tried, tmp_path: Path, champion: Version | None, **changes: int | None) -> dict[str, TaskFollowing]:
    opened = open_following(tried.study.spec, tried.study.prepared, rows(tried).assign(**changes), tmp_path)
    return {each.task: each for each in compare_policies(opened, tried.chosen, champion, BOOTSTRAP)}


def test_raw_rows_become_the_side_that_the_study_would_make_of_them(tried: Tried, tmp_path: Path) -> None:
    opened = open_following(tried.study.spec, tried.study.prepared, rows(tried), tmp_path)
    expected = tried.study.prepared.side("test")
    np.testing.assert_array_equal(opened.side.labels, expected.labels)
    for kind, array in expected.inputs.arrays.items():
        np.testing.assert_array_equal(opened.side.inputs.arrays[kind], array)


def test_every_gated_task_has_every_policy(tried: Tried, tmp_path: Path) -> None:
    found = followed(tried, tmp_path, tried.version)
    assert set(found) == set(TASKS)
    assert all(set(each.values) == set(POLICIES) and len(each.differences) == 3 for each in found.values())


def of_run(tried: Tried, run: RunName, task: str) -> tuple[FloatArray, FloatArray]:
    """Labels of the test side, and what a run predicts where they are known."""
    position = [each.name for each in tried.study.prepared.tasks].index(task)
    labels = tried.study.prepared.side("test").labels[:, position]
    observed = ~np.isnan(labels)
    return labels[observed], tried.opened.predictions[run][task][observed]


@pytest.mark.parametrize("task", TASKS)
def test_values_are_the_metrics_of_what_is_predicted(tried: Tried, tmp_path: Path, task: str) -> None:
    found = followed(tried, tmp_path, tried.version)[task]
    candidate, baseline = tried.opened.candidate, tried.chosen.baselines[task].name
    assert candidate is not None
    for policy, run in ((NEWEST, candidate), (CHAMPION, candidate), (BASELINES, baseline)):
        labels, predicted = of_run(tried, run, task)
        assert found.values[policy] == pytest.approx(metric_named(found.metric).score(labels, predicted), abs=1e-6)
        assert found.labels == len(labels)
    assert not np.array_equal(of_run(tried, candidate, task)[1], of_run(tried, baseline, task)[1])


def test_a_champion_that_is_the_newest_is_equal_to_it(tried: Tried, tmp_path: Path) -> None:
    for each in followed(tried, tmp_path, tried.version).values():
        assert each.differences[of_pair(CHAMPION, NEWEST)].difference == pytest.approx(0, abs=1e-6)


def test_before_a_first_promotion_the_single_task_models_serve(tried: Tried, tmp_path: Path) -> None:
    for each in followed(tried, tmp_path, None).values():
        assert each.values[CHAMPION] == each.values[BASELINES]
        paired = each.differences[of_pair(CHAMPION, BASELINES)]
        assert (paired.lower, paired.difference, paired.upper) == (0, 0, 0)


def test_a_difference_is_positive_where_the_first_is_better(tried: Tried, tmp_path: Path) -> None:
    for each in followed(tried, tmp_path, tried.version).values():
        direction = metric_named(each.metric).direction
        paired = each.differences[of_pair(NEWEST, BASELINES)]
        assert paired.difference == pytest.approx(direction * (each.values[NEWEST] - each.values[BASELINES]))
        assert paired.lower <= paired.difference <= paired.upper


def test_a_policy_without_a_model_is_absent(tried: Tried, tmp_path: Path) -> None:
    nobody = replace(tried, chosen=replace(tried.chosen, candidate=None, baselines={}))
    found = followed(nobody, tmp_path, tried.version)
    assert all(set(each.values) == {CHAMPION} and not each.differences for each in found.values())


def test_a_champion_that_cannot_be_loaded_is_absent(tried: Tried, tmp_path: Path) -> None:
    found = followed(tried, tmp_path, Version("2013-02-01", tmp_path / "nothing"))
    assert all(set(each.values) == {NEWEST, BASELINES} for each in found.values())


def test_a_task_without_a_label_in_the_window_is_left_out(tried: Tried, tmp_path: Path) -> None:
    assert "diabetes" not in followed(tried, tmp_path, tried.version, diabetes=None)


def test_a_window_of_one_class_has_no_value(tried: Tried, tmp_path: Path) -> None:
    found = followed(tried, tmp_path, tried.version, diabetes=0)["diabetes"]
    assert all(np.isnan(value) for value in found.values.values())
