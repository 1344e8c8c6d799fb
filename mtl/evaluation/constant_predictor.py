"""What no model may be worse than: a prediction that is the same for every row, made of training labels alone."""

import numpy as np

from mtl.evaluation.metric import metric_named
from mtl.evaluation.truth import FloatArray, TaskTruth
from mtl.tasks.kind import kind_named


def best_constant(training: TaskTruth) -> FloatArray:
    """The prediction for a row, [width], that is best on training labels by their task's metric.

    By R² that is their mean, by the absolute error their median, by a probability metric the shares of the classes.

    Raises:
        ValueError: no label.
    """
    if not len(training.labels):
        raise ValueError(f"task {training.task}: of no label no constant can be made")
    metric = metric_named(training.metric)
    constants = kind_named(training.kind).constants(training.labels, training.classes)
    values = [metric.direction * metric.score(training.labels, repeated(each, training)) for each in constants]
    return constants[int(np.argmax(np.where(np.isfinite(values), values, -np.inf)))]


def repeated(constant: FloatArray, truth: TaskTruth) -> FloatArray:
    """The same prediction for each of the labels, shaped as predictions of them are."""
    return np.tile(constant, (len(truth.labels), 1)).reshape(
        kind_named(truth.kind).prediction_shape(len(truth.labels), truth.classes)
    )
