"""The contract of a kind of task: what a label is, what a head puts out, and what a prediction looks like.

A kind is known by the name of its file in `mtl/tasks/kinds`. Everything that differs between kinds is here, so that
no other room asks which kind a task has. A kind holds no data: what a task learnt of its labels is handed to it.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias, final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from typing_extensions import override

from mtl.extensions import KINDS

if TYPE_CHECKING:
    from torch import Tensor  # a spec is read without PyTorch

Classes: TypeAlias = tuple[str, ...]
"""The class names of a task, in the order of the class indices; empty where classes have no names."""

AnswerType: TypeAlias = Literal["double", "string"]


@dataclass(frozen=True)
class LabelCheck:
    """What the data checks ask of a column of labels.

    Attributes:
        numeric: whether each must be a finite number.
        allowed: the only values that there may be; None where any may.
    """

    numeric: bool
    allowed: tuple[int, ...] | None


class Kind(ABC):
    """What a task's labels are, what its head puts out, and what its predictions look like.

    Attributes:
        default_loss: the loss of a task whose spec names none.
        default_metric: the headline metric of a task whose spec names none.
        label_check: what the data checks ask of its labels.
    """

    default_loss: ClassVar[str]
    default_metric: ClassVar[str]
    label_check: ClassVar[LabelCheck]

    @abstractmethod
    def classes_in(self, column: pd.Series) -> Classes:
        """The class names among training labels."""

    @abstractmethod
    def encode(self, column: pd.Series, classes: Classes) -> NDArray[np.float64]:
        """Labels [N]: class indices, or numbers in the label's own units; NaN where there is none.

        Raises:
            DataError: a value that is no label of this kind.
        """

    @abstractmethod
    def mean_and_scale(self, labels: NDArray[np.float64]) -> tuple[float, float]:
        """What is subtracted from labels, and what they are then divided by, to become training targets.

        Raises:
            DataError: a spread that float64 cannot hold.
        """

    @abstractmethod
    def num_classes(self, classes: Classes) -> int:
        """C: how many classes labels are indices of; 0 where labels are no class indices."""

    @abstractmethod
    def width(self, classes: Classes) -> int:
        """Outputs of the head, and numbers in a prediction."""

    @abstractmethod
    def constants(self, labels: NDArray[np.float64], classes: Classes) -> tuple[NDArray[np.float64], ...]:
        """What labels [n] alone suggest to predict for whatever row, each [width]; which is best depends on the metric.

        The first has a value under every metric of the kind that has one.
        """

    @abstractmethod
    def link(self, outputs: "Tensor") -> "Tensor":
        """Outputs [B, width] as probabilities, or as standardised values."""

    @abstractmethod
    def link_array(self, outputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """As `link`, without PyTorch, which takes longer to be called than a few rows take. May overwrite `outputs`.

        Of a kind whose width is 1, outputs of several tasks may lie side by side.
        """

    @abstractmethod
    def averaged(self, outputs: "Tensor") -> "Tensor":
        """The outputs [B, width] whose link is the mean of the links of several models' outputs [M, B, width]."""

    @abstractmethod
    def answer_types(self, name: str, classes: Classes) -> dict[str, AnswerType]:
        """The columns of a served answer; those of numbers hold the prediction, in its order."""

    @abstractmethod
    def answer(self, name: str, classes: Classes, prediction: NDArray[np.float64]) -> Mapping[str, object]:
        """The columns of a served answer from a prediction shaped as `prediction_shape` says."""

    @abstractmethod
    def read_columns(self, classes: Classes, columns: pd.DataFrame) -> NDArray[np.float64]:
        """A prediction shaped as `prediction_shape` says, from the columns that a model of anyone's answers.

        Columns have the names of classes where the model names them; else what its library calls them, or positions.

        Raises:
            DataError: columns that are no prediction of this kind.
        """

    @final
    def prediction_shape(self, rows: int, classes: Classes) -> tuple[int, ...]:
        """[n], or [n, width] where a prediction is several numbers."""
        width = self.width(classes)
        return (rows,) if width == 1 else (rows, width)

    @final
    def prediction_in(self, name: str, classes: Classes, answer: pd.DataFrame) -> NDArray[np.float64]:
        """The inverse of `answer`."""
        numbers = [column for column, kind in self.answer_types(name, classes).items() if kind == "double"]
        shape = self.prediction_shape(len(answer), classes)
        return answer[numbers].to_numpy(dtype=np.float64).reshape(shape)


class OneNumberKind(Kind):
    """A kind whose prediction is one number, which is also its answer."""

    @final
    @override
    def classes_in(self, column: pd.Series) -> Classes:
        return ()

    @final
    @override
    def width(self, classes: Classes) -> int:
        return 1

    @final
    @override
    def answer_types(self, name: str, classes: Classes) -> dict[str, AnswerType]:
        return {name: "double"}

    @final
    @override
    def answer(self, name: str, classes: Classes, prediction: NDArray[np.float64]) -> Mapping[str, object]:
        return {name: prediction}


def kind_named(name: str) -> Kind:
    """The kind of a name in the catalog.

    Raises:
        SpecError: there is none.
    """
    return KINDS.get(name)()
