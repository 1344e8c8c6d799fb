"""The shape of decisions: what a study tells, what is assumed, and which labels are simulated."""

from dataclasses import replace

import numpy as np
import pytest

from mtl.evaluation.truth import TaskTruth
from mtl.gate_trials.gate_shape import Known, known_of, task_shape, thinned
from mtl.study.comparing import bootstrap_for, compare_measured
from tests.gate.measuring import FAR
from tests.gate.searching import Noise, Shape, Study
from tests.mtl.gate_trials.shapes import labels_of

COMPARED = compare_measured(Study(Noise(0), Shape((FAR,), spread=1.0)).now(), bootstrap_for(500, 0.95))


def test_a_study_tells_the_opponents_value_and_how_models_differ() -> None:
    known = known_of(COMPARED, "t0", "mae")
    procedure = COMPARED.tasks[0].procedure
    assert known is not None
    assert procedure is not None
    assert (known.value, known.rows_error) == (procedure.reference, procedure.rows_error)
    assert np.hypot(*known.spread) / np.sqrt(3) == pytest.approx(procedure.seeds_error)
    assert known.draws


def test_nothing_is_known_without_a_study_of_the_task_by_the_metric() -> None:
    assert known_of(None, "t0", "mae") is None
    assert known_of(COMPARED, "other", "mae") is None
    assert known_of(COMPARED, "t0", "rmse") is None
    silent = replace(COMPARED, tasks=(replace(COMPARED.tasks[0], procedure=None),))
    assert known_of(silent, "t0", "mae") is None


def test_an_opponent_without_seeds_leaves_all_spread_to_the_candidate() -> None:
    found = COMPARED.tasks[0]
    assert found.procedure is not None
    fixed = replace(found, procedure=replace(found.procedure, seeds=(3, 1)))
    known = known_of(replace(COMPARED, tasks=(fixed,)), "t0", "mae")
    assert known is not None
    assert known.spread == pytest.approx((found.procedure.seeds_error * np.sqrt(3), 0.0))
    assert not known.draws


def test_without_a_study_the_spread_is_as_large_as_the_error_of_the_rows() -> None:
    truth = labels_of("binary", "roc_auc")
    shape = task_shape(truth, truth, None)
    assert not shape.measured
    assert shape.standardised_spread == pytest.approx(1.0)
    assert shape.value == pytest.approx(0.84, abs=0.04)
    assert (shape.labels, shape.units) == (400, 400)


def test_what_a_study_told_is_what_is_simulated() -> None:
    truth = labels_of("regression", "r2", 900)
    shape = task_shape(truth, truth, Known(0.3, 0.01, (0.002, 0.001), draws=True))
    assert shape.measured
    assert shape.seen.value(shape.signal) == pytest.approx(0.3, abs=1e-3)
    assert shape.seen.rows_error(shape.signal, shape.alike) == pytest.approx(0.01, rel=0.1)


def test_many_labels_are_thinned_but_never_the_rare_ones_below_what_is_enough() -> None:
    many = labels_of("regression", "r2", 20_000)
    assert len(thinned(many).labels) == pytest.approx(1000, abs=150)
    labels = (np.arange(20_000) < 400).astype(float)
    rare = thinned(TaskTruth("t0", "binary", "roc_auc", labels, np.arange(20_000), ("no", "yes")))
    assert rare.labels.sum() == pytest.approx(200, abs=50)
    few = labels_of("regression", "r2", 1000)
    assert thinned(few) is few
