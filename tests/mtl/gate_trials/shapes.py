"""Small shapes of decisions."""

from dataclasses import replace

import numpy as np

from mtl.evaluation.truth import TaskTruth
from mtl.gate_trials.gate_shape import Known, TaskShape, task_shape
from mtl.gate_trials.gate_simulation import DecisionShape
from mtl.spec.gate_section import GateSpec
from tests.gate.measuring import first_look

CLASSES = {"binary": ("no", "yes"), "multiclass": ("a", "b", "c")}


def labels_of(kind: str, metric: str, number: int = 400, task: str = "t0", per_unit: int = 1) -> TaskTruth:
    rng = np.random.default_rng(99)
    classes = CLASSES.get(kind, ())
    labels = rng.integers(len(classes), size=number) if classes else rng.normal(3.0, 2.0, size=number)
    return TaskTruth(task, kind, metric, labels.astype(float), np.arange(number) // per_unit, classes)


def shape_of(*known: Known | None, policy: GateSpec | None = None, number: int = 400) -> DecisionShape:
    """Regressions by R²; what is known of each."""
    tasks: list[TaskShape] = []
    for place, each in enumerate(known):
        truth = labels_of("regression", "r2", number, f"t{place}")
        tasks.append(task_shape(truth, truth, each))
    return DecisionShape(tasks, policy or GateSpec(), replace(first_look()), 500)


STEADY = Known(value=0.5, rows_error=0.01, spread=(0.0, 0.0), draws=True)
"""Models that hardly differ from seed to seed."""
