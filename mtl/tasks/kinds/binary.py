"""Two classes that need no names: 0 and 1."""

from typing import TYPE_CHECKING, ClassVar, final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_float_dtype
from typing_extensions import override

from mtl.errors import DataError
from mtl.extensions import KINDS
from mtl.names import read_name
from mtl.tasks.kind import Classes, LabelCheck, OneNumberKind
from mtl.tasks.labels import HARD_CLASSES, numeric_labels, only_column, probabilities

if TYPE_CHECKING:
    from torch import Tensor


@KINDS.register
@final
class Binary(OneNumberKind):
    """Labels are 0 and 1, or false and true; predicted is the probability of 1."""

    default_loss: ClassVar[str] = "bce"
    default_metric: ClassVar[str] = "roc_auc"
    label_check: ClassVar[LabelCheck] = LabelCheck(numeric=False, allowed=(0, 1))

    @override
    def encode(self, column: pd.Series, classes: Classes) -> NDArray[np.float64]:
        expected, advice = "a binary label is 0 or 1, false or true", ": recode it, or say multiclass"
        return numeric_labels(column, lambda labels: np.isin(labels, (0, 1)), expected, advice)

    @override
    def mean_and_scale(self, labels: NDArray[np.float64]) -> tuple[float, float]:
        return 0.0, 1.0

    @override
    def num_classes(self, classes: Classes) -> int:
        return 2

    @override
    def read_columns(self, classes: Classes, columns: pd.DataFrame) -> NDArray[np.float64]:
        """One column of probabilities, or two of which the one of class 1, by its name or the second, is read."""
        if len(columns.columns) == 2:
            names = [read_name(str(name)) for name in columns.columns]
            columns = columns.iloc[:, [names.index("1") if "1" in names else 1]]
            return probabilities(only_column(columns, "the probability of class 1"))
        column = columns.iloc[:, 0] if len(columns.columns) == 1 else None
        if column is not None and (not is_float_dtype(column) or column.isin((0, 1)).all()):
            raise DataError(HARD_CLASSES)
        return probabilities(only_column(columns, "the probability of class 1"))

    @override
    def constants(self, labels: NDArray[np.float64], classes: Classes) -> tuple[NDArray[np.float64], ...]:
        """The share of 1; always 1, which F1 may prefer; always 0."""
        return tuple(np.array([each]) for each in (labels.mean(), 1.0, 0.0))

    @override
    def link(self, outputs: "Tensor") -> "Tensor":
        return outputs.sigmoid()

    @override
    def link_array(self, outputs: NDArray[np.float64]) -> NDArray[np.float64]:
        shares: NDArray[np.float64] = 1 / (1 + np.exp(-outputs))
        return shares

    @override
    def averaged(self, outputs: "Tensor") -> "Tensor":
        none = outputs.new_zeros(())
        # log σ(x) = −log(1 + e⁻ˣ); the number of members cancels.
        return (-none.logaddexp(-outputs)).logsumexp(dim=0) - (-none.logaddexp(outputs)).logsumexp(dim=0)
