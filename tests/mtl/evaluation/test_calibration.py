"""How far probabilities are from what comes true."""

import numpy as np
import pytest

from mtl.evaluation.calibration import calibration_error
from mtl.evaluation.scores import CALIBRATION, scores_of


def test_probabilities_that_come_true_as_often_as_they_say_have_a_small_error() -> None:
    rng = np.random.default_rng(0)
    chances = rng.random(20_000)
    labels = (rng.random(20_000) < chances).astype(float)
    assert calibration_error(labels, chances) < 0.02
    assert calibration_error(labels, chances**3) > 0.1


def test_a_constant_is_as_wrong_as_it_is_far_from_the_share() -> None:
    assert calibration_error(np.array([0.0, 0.0, 0.0, 1.0] * 30), np.full(120, 0.5)) == pytest.approx(0.25, abs=0.1)


def test_of_more_classes_the_one_that_is_decided_for_counts() -> None:
    labels = np.array([0.0, 1.0, 2.0])
    assert calibration_error(labels, np.eye(3)) == 0.0
    assert calibration_error(labels, np.eye(3)[[1, 2, 0]]) == 1.0


@pytest.mark.parametrize("predictions", [np.array([np.nan, 0.5]), np.array([2.0, 0.5])])
def test_what_is_no_probability_has_none(predictions: np.typing.NDArray[np.float64]) -> None:
    assert np.isnan(calibration_error(np.array([0.0, 1.0]), predictions))
    assert np.isnan(calibration_error(np.zeros(0), np.zeros(0)))


def test_scores_have_it_of_classes_alone_and_leave_out_what_is_missing() -> None:
    labels = np.array([0.0, 1.0, np.nan])
    assert scores_of("binary", (), labels, np.array([0.0, 1.0, 0.3]))[CALIBRATION] == 0.0
    assert CALIBRATION not in scores_of("regression", (), labels, np.array([0.0, 1.0, 0.3]))
