"""Two classes that need no names: 0 and 1."""

from typing import TYPE_CHECKING, ClassVar, final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from typing_extensions import override

from mtl.extensions import KINDS
from mtl.tasks.kind import Classes, LabelCheck, OneNumberKind
from mtl.tasks.labels import numeric_labels

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
    def link(self, outputs: "Tensor") -> "Tensor":
        return outputs.sigmoid()

    @override
    def averaged(self, outputs: "Tensor") -> "Tensor":
        none = outputs.new_zeros(())
        # log σ(x) = −log(1 + e⁻ˣ); the number of members cancels.
        return (-none.logaddexp(-outputs)).logsumexp(dim=0) - (-none.logaddexp(outputs)).logsumexp(dim=0)
