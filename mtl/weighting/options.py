"""Types of hyperparameters: the range is part of the type, and the catalog holds a spec to it."""

from typing import Annotated, Any

from pydantic import Field

Positive = Annotated[float, Field(gt=0.0, allow_inf_nan=False)]
NonNegative = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]
Fraction = Annotated[float, Field(ge=0.0, le=1.0)]
Count = Annotated[int, Field(ge=1)]

PER_TASK: dict[str, Any] = {"per_task": True}
"""Field metadata: a spec gives a mapping task → value that names every task; the scheme gets a tuple in task order."""

TASK_DEPTHS: dict[str, Any] = {"task_depths": True}
"""Field metadata: a spec does not give it; the scheme gets the depth of each task in the task tree."""
