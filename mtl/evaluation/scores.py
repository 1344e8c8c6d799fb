"""All that is measured of predictions on one side, by names that are the same for every model."""

import numpy as np
from numpy.typing import NDArray

from mtl.evaluation.calibration import calibration_error
from mtl.evaluation.metric import score_all
from mtl.tasks.kind import Classes, kind_named

CALIBRATION = "calibration_error"
"""No metric that can be chosen by: a model that always predicts the share of a class has none of it."""


def scores_of(
    kind: str, classes: Classes, labels: NDArray[np.float64], predictions: NDArray[np.float64]
) -> dict[str, float]:
    """Every metric of a kind of task, and the calibration error of probabilities.

    Args:
        kind: its name in the catalog.
        classes: the names of the task's classes, where it has any.
        labels: shape [N], NaN where missing; such rows are left out.
        predictions: as the kind shapes them, for every row.
    """
    observed = ~np.isnan(labels)
    seen = labels[observed], predictions[observed]
    of_classes = kind_named(kind).num_classes(classes) > 0
    return {**score_all(kind, *seen), **({CALIBRATION: calibration_error(*seen)} if of_classes else {})}
