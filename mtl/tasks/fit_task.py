"""From a task's part of the spec and its training labels to a `Task`."""

import numpy as np
import pandas as pd

from mtl.errors import DataError
from mtl.spec import Spec
from mtl.tasks.balance import class_weights
from mtl.tasks.kind import kind_named
from mtl.tasks.loss import loss_named
from mtl.tasks.task import Task


def fit_task(spec: Spec, name: str, training: pd.Series) -> Task:
    """Fit a task on its labels on the training side.

    Raises:
        DataError: a value that is no label, no label, one class only, or a spread that float64 cannot hold.
    """
    try:
        return _fit(spec, name, training)
    except DataError as error:
        raise DataError(f"{spec.place('tasks', name)}: tasks.{name}: {error}") from None


def _fit(spec: Spec, name: str, training: pd.Series) -> Task:
    described = spec.tasks[name]
    kind = kind_named(described.kind)
    classes = kind.classes_in(training)
    labels = kind.encode(training, classes)
    labels = labels[~np.isnan(labels)]
    distinct = len(np.unique(labels))
    if distinct < 2:
        raise DataError(
            f"the training side holds {len(labels)} labels with {distinct} distinct values; a task needs at least 2"
        )
    mean, scale = kind.mean_and_scale(labels)
    num_classes = kind.num_classes(classes)
    # Balanced, the classes are equally frequent: the prior loss is of one label of each.
    targets = np.arange(num_classes, dtype=np.float64) if described.balanced else (labels - mean) / scale
    return Task(
        name=name,
        kind=described.kind,
        loss=described.loss_name,
        metric=described.headline,
        auxiliary=described.auxiliary,
        mean=mean,
        scale=scale,
        classes=classes,
        prior_loss=loss_named(described.loss_name).prior_loss(targets),
        composed_of=described.composed_of,
        class_weights=class_weights(labels, num_classes) if described.balanced else (),
    )
