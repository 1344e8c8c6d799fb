"""The contract of a baseline: what a study trains for one task alone, which a multi-task model must beat.

An entry of `mtl/baselines/methods/` is a frozen dataclass of options. One that is no network is a `Method`: it fits the
labelled rows of the training side and chooses on those of the validation side, as networks do.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from mtl.baselines.design.design_rows import DesignRows
from mtl.ranges import Range

WORDS = re.compile("[A-Z][a-z0-9]*")


class Baseline(ABC):
    """A way to model one task alone.

    Attributes:
        noun: what it is called in a sentence; the words of the class's name, unless it says better.
        draws: whether it draws random numbers, and is fitted with every seed; one that draws nothing is fitted once.
        needs: the package that it is made of, by whose name an extra of this program installs it; empty for none.
        ranges: where tuning looks for better values of its options; empty for what chooses its options itself.
    """

    noun: ClassVar[str]
    draws: ClassVar[bool] = False
    needs: ClassVar[str] = ""
    ranges: ClassVar[Mapping[str, Range]] = {}

    @override
    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "noun" not in vars(cls):
            cls.noun = f"a {' '.join(WORDS.findall(cls.__name__)).lower()}"

    @classmethod
    def is_installed(cls) -> bool:
        """Whether what it needs can be imported."""
        return not cls.needs or find_spec(cls.needs) is not None


@dataclass(frozen=True, eq=False)
class LabelledRows:
    """Rows of one side that have a label of the task.

    Attributes:
        labels: float64 [n]: numbers in the label's own units, or class indices.
        weights: float64 [n], what each row counts for when it is fitted; None where all count alike.
    """

    design: DesignRows
    labels: NDArray[np.float64]
    weights: NDArray[np.float64] | None = None


@dataclass(frozen=True, eq=False)
class Problem:
    """One task to be learned.

    Attributes:
        num_classes: C; 0 where labels are numbers.
        train: the rows to fit.
        validation: the rows to choose and to stop by; at least one.
        seed: of what is drawn.
    """

    num_classes: int
    train: LabelledRows
    validation: LabelledRows
    seed: int


class Predictor(ABC):
    """A fitted model, which can be pickled.

    Attributes:
        rounds: what it took: trees of a class, steps of a solver.
        parameters: numbers that were learned.
        not_converged: why it is not known to be fitted to its end; empty otherwise.
    """

    rounds: int
    parameters: int
    not_converged: str

    @abstractmethod
    def predict(self, design: DesignRows) -> NDArray[np.float64]:
        """Numbers in the label's own units, [n], or a probability of each class, [n, C]."""


class Method(Baseline):
    """A baseline that is no network."""

    @abstractmethod
    def fit(self, problem: Problem) -> Predictor:
        """Fit and choose; in one thread, and the same problem gives the same predictions."""
