"""What a model of anyone's answers, as predictions of a task: whatever leaves a doubt is refused."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtl.errors import DataError
from mtl.tasks.kind import kind_named
from mtl.tasks.task import Task


def predictions_of_columns(
    task: Task, answer: pd.DataFrame, output: str | None = None, named: bool = False
) -> NDArray[np.float64]:
    """Predictions for every row, shaped as the kind's are.

    Args:
        task: the task that they are of.
        answer: one row for each row that was asked.
        output: the column that is meant; absent, the task's, or all that there are.
        named: whether the answer must name the task: it is of several.

    Raises:
        DataError: columns that are not the task's, and what is not finite or no prediction of its kind.
    """
    columns = _columns(answer, output or task.name, bool(output) or named)
    predictions = kind_named(task.kind).read_columns(task.classes, columns)
    if not np.isfinite(predictions).all():
        raise DataError(f"{int((~np.isfinite(predictions)).sum())} of its answers are not finite")
    return predictions


def _columns(answer: pd.DataFrame, name: str, required: bool) -> pd.DataFrame:
    """`<name>.<class>` by class, else the column of that name, else all of them unless that is `required`."""
    by_class = {column: column.removeprefix(f"{name}.") for column in answer.columns if column.startswith(f"{name}.")}
    if by_class:
        return answer[list(by_class)].rename(columns=by_class)
    if name in answer.columns:
        return answer[[name]]
    if required:
        raise DataError(f"it answers {', '.join(answer.columns)}, and nothing that is named {name}")
    return answer
