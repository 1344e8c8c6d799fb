"""Which columns of the logged rows are unlike those that the version was made from: inputs and predictions."""

from dataclasses import dataclass

import pandas as pd

from mtl.data.drift import Drift, drift_of
from mtl.data.profile import Profile, counted
from mtl.monitoring.label_join import INPUT, PREDICTION

LARGE = 0.2
"""The stability index from which a column has moved; and more than chance makes, or it has not."""


@dataclass(frozen=True)
class MovedColumn:
    """One column that was compared.

    Attributes:
        name: as the log has it, such as `input.age`.
        moved: whether it is unlike, and by more than chance.
    """

    name: str
    drift: Drift
    moved: bool


def compare_columns(inputs: Profile | None, predictions: Profile, logged: pd.DataFrame) -> tuple[MovedColumn, ...]:
    """The columns that profiles and log have in common, the largest change first.

    `inputs`: of training rows; None where the version tells nothing of them.
    """
    known = {INPUT + each.name: each for each in (inputs.columns if inputs else ()) if not each.label_of}
    known |= {PREDICTION + each.name: each for each in predictions.columns}
    found = []
    for name, before in known.items():
        if name in logged.columns and len(logged):
            drift = drift_of(before, counted(before, logged[name]))
            found.append(MovedColumn(name, drift, drift.is_above(LARGE)))
    return tuple(sorted(found, key=lambda each: -each.drift.index))
