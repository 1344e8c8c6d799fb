"""A number."""

from typing import TYPE_CHECKING, ClassVar, final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from typing_extensions import override

from mtl.errors import DataError
from mtl.extensions import KINDS
from mtl.tasks.kind import Classes, LabelCheck, OneNumberKind
from mtl.tasks.labels import numeric_labels, only_column

if TYPE_CHECKING:
    from torch import Tensor


@KINDS.register
@final
class Regression(OneNumberKind):
    """Labels are finite numbers; predicted is a number in their units. Training sees them standardised."""

    default_loss: ClassVar[str] = "mse"
    default_metric: ClassVar[str] = "r2"
    label_check: ClassVar[LabelCheck] = LabelCheck(numeric=True, allowed=None)

    @override
    def encode(self, column: pd.Series, classes: Classes) -> NDArray[np.float64]:
        return numeric_labels(column, np.isfinite, "a regression label is a finite number")

    @override
    def mean_and_scale(self, labels: NDArray[np.float64]) -> tuple[float, float]:
        mean, scale = float(labels.mean()), float(labels.std())
        if not scale > 0:
            raise DataError("the labels lie too close together to be told apart; give them another unit")
        return mean, scale

    @override
    def num_classes(self, classes: Classes) -> int:
        return 0

    @override
    def read_columns(self, classes: Classes, columns: pd.DataFrame) -> NDArray[np.float64]:
        return only_column(columns, "a number")

    @override
    def constants(self, labels: NDArray[np.float64], classes: Classes) -> tuple[NDArray[np.float64], ...]:
        """The mean, and the median, whose absolute errors are least."""
        return np.array([labels.mean()]), np.array([np.median(labels)])

    @override
    def link(self, outputs: "Tensor") -> "Tensor":
        return outputs

    @override
    def link_array(self, outputs: NDArray[np.float64]) -> NDArray[np.float64]:
        return outputs

    @override
    def averaged(self, outputs: "Tensor") -> "Tensor":
        return outputs.mean(dim=0)
