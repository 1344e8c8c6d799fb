"""The candidate against the models that are in use now: each by the version that was asked, on rows new to it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict

from mtl.evaluation.paired_difference import Bootstrap, PairedDifference, paired_difference
from mtl.evaluation.truth import FloatArray, TaskTruth
from mtl.jsonable import EXACT

Pairing: TypeAlias = Callable[[TaskTruth, NDArray[np.floating], NDArray[np.floating], Bootstrap], PairedDifference]
"""Labels and two models' predictions of them → by how much the first is better."""

Declared: TypeAlias = Literal["nothing", "a day", "keys"]
"""By what it is said which rows an incumbent was trained on."""


@dataclass(frozen=True)
class IncumbentCompared:
    """The incumbent of a task was scored on the same rows as the candidate.

    Attributes:
        version: as MLflow addresses it.
        difference: candidate − incumbent, on the rows that it was not trained on.
        left_out: labelled test rows that it was trained on, by what is declared.
        declared: by what.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    version: str
    difference: PairedDifference
    left_out: int
    declared: Declared
    answer: Literal["compared"] = "compared"


@dataclass(frozen=True)
class IncumbentUnknown:
    """There is an incumbent, and it could not be asked or its answers are no predictions.

    Attributes:
        version: as MLflow addresses it; as the spec does where it could not be looked up.
        reason: what went wrong.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    version: str
    reason: str
    answer: Literal["cannot tell"] = "cannot tell"


IncumbentAnswer: TypeAlias = IncumbentCompared | IncumbentUnknown


@dataclass(frozen=True, eq=False)
class IncumbentPredictions:
    """What an incumbent predicts for the observed labels of its task.

    Attributes:
        version: as MLflow addresses it.
        predictions: aligned with the task's truth.
        unseen: of each of these rows, whether the incumbent was not trained on it, by what is declared; bool [n].
        declared: by what.
    """

    version: str
    predictions: NDArray[np.floating]
    unseen: NDArray[np.bool_]
    declared: Declared


def compare_incumbent(
    truth: TaskTruth,
    candidate: NDArray[np.floating],
    incumbent: IncumbentPredictions,
    bootstrap: Bootstrap,
    pairing: Pairing = paired_difference,
) -> IncumbentCompared:
    """The paired difference on the rows that the incumbent was not trained on; `pairing`: how that is measured.

    Raises:
        ValueError: predictions that are not aligned with the labels.
    """
    new = incumbent.unseen
    ours, theirs = truth.aligned(candidate), truth.aligned(incumbent.predictions)
    part = replace(truth, labels=truth.labels[new], units=truth.units[new])
    paired = pairing(part, _rows(ours, new), _rows(theirs, new), bootstrap)
    return IncumbentCompared(incumbent.version, paired, int((~new).sum()), incumbent.declared)


def _rows(predictions: FloatArray, kept: NDArray[np.bool_]) -> FloatArray:
    part: FloatArray = predictions[kept]
    return part
