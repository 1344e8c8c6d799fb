"""A number that is far outside the training data can overflow the network: no answer is better than a wrong one."""

from typing import NoReturn

import numpy as np
import pandas as pd

from mtl.serving.predictor import Predictor
from mtl.serving.request_body import RequestError


def finite_predictions(predictor: Predictor, table: pd.DataFrame) -> pd.DataFrame:
    """What a model predicts. Raises RequestError where a prediction is no finite number."""
    with np.errstate(all="ignore"):  # what overflows is refused by its result
        predictions = predictor.predict(table)
    numbers = predictions.select_dtypes("number")
    wrong = np.argwhere(~np.isfinite(numbers.to_numpy(dtype=np.float64)))
    if len(wrong):
        row, column = wrong[0]
        refuse_not_finite(str(numbers.columns[column]), int(row))
    return predictions


def refuse_not_finite(column: str, row: int) -> NoReturn:
    """Raise RequestError."""
    raise RequestError(
        f"there is no finite prediction of '{column}' for row {row}: its numbers lie too far outside the training data"
    )
