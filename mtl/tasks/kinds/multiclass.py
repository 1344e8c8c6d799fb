"""Classes with names."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from typing_extensions import override

from mtl.errors import DataError
from mtl.extensions import KINDS
from mtl.names import coded_names, read_name
from mtl.tasks.kind import AnswerType, Classes, Kind, LabelCheck
from mtl.tasks.labels import HARD_CLASSES, only_column, probabilities

if TYPE_CHECKING:
    from torch import Tensor


@KINDS.register
@final
class Multiclass(Kind):
    """Labels are any names; predicted is a probability for each class that the training side holds."""

    default_loss: ClassVar[str] = "cross_entropy"
    default_metric: ClassVar[str] = "accuracy"
    label_check: ClassVar[LabelCheck] = LabelCheck(numeric=False, allowed=None)

    @override
    def classes_in(self, column: pd.Series) -> Classes:
        return tuple(sorted(coded_names(column)[1]))

    @override
    def encode(self, column: pd.Series, classes: Classes) -> NDArray[np.float64]:
        """A class that the training side does not know becomes missing: no head can predict it."""
        positions = {name: float(position) for position, name in enumerate(classes)}
        rows, names = coded_names(column)
        return np.array([*(positions.get(name, np.nan) for name in names), np.nan])[rows]

    @override
    def mean_and_scale(self, labels: NDArray[np.float64]) -> tuple[float, float]:
        return 0.0, 1.0

    @override
    def num_classes(self, classes: Classes) -> int:
        return len(classes)

    @override
    def width(self, classes: Classes) -> int:
        return len(classes)

    @override
    def read_columns(self, classes: Classes, columns: pd.DataFrame) -> NDArray[np.float64]:
        """A column of probabilities for each class, by its name; a class that the model does not know has none."""
        if len(columns.columns) == 1:
            raise DataError(HARD_CLASSES)
        named = {read_name(str(name)): position for position, name in enumerate(columns.columns)}
        strange = [name for name in named if name not in classes]
        if strange:
            raise DataError(f"its columns are to be classes, {', '.join(classes)}; it answers {', '.join(strange)}")
        chances = {name: columns.iloc[:, [position]] for name, position in named.items()}
        none = np.zeros(len(columns))
        known = [only_column(chances[name], "a probability") if name in chances else none for name in classes]
        return probabilities(np.column_stack(known))

    @override
    def constants(self, labels: NDArray[np.float64], classes: Classes) -> tuple[NDArray[np.float64], ...]:
        """The shares of the classes, which decide for the most frequent one."""
        counts = np.bincount(labels.astype(np.int64), minlength=len(classes))
        return (counts / len(labels),)

    @override
    def link(self, outputs: "Tensor") -> "Tensor":
        return outputs.softmax(dim=1)

    @override
    def link_array(self, outputs: NDArray[np.float64]) -> NDArray[np.float64]:
        powers = np.exp(outputs - outputs.max(axis=1, keepdims=True))
        shares: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
        return shares

    @override
    def averaged(self, outputs: "Tensor") -> "Tensor":
        return outputs.log_softmax(dim=2).logsumexp(dim=0)

    @override
    def answer_types(self, name: str, classes: Classes) -> dict[str, AnswerType]:
        """The likeliest class by the task's name, then a probability per `<task>.<class>`."""
        return {name: "string", **{f"{name}.{each}": "double" for each in classes}}

    @override
    def answer(self, name: str, classes: Classes, prediction: NDArray[np.float64]) -> Mapping[str, object]:
        likeliest = np.array(classes, dtype=object)[prediction.argmax(axis=1)]
        chances = {f"{name}.{each}": prediction[:, position] for position, each in enumerate(classes)}
        return {name: likeliest, **chances}
