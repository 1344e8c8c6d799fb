"""What a run that trained a network predicts for rows that it has not answered yet."""

import numpy as np
from numpy.typing import NDArray

from mtl.data.prepared import Side
from mtl.models.network import MultiTaskNetwork
from mtl.models.predictions import predictions_of
from mtl.models.shape import NetworkShape
from mtl.training.plans import RunPlan
from mtl.training.results import RunResult


def predict_plan(plan: RunPlan, result: RunResult, side: Side) -> dict[str, NDArray[np.float64]]:
    """Each of its tasks' predictions for every row of a side, with the weights that were kept."""
    tasks = tuple(task for task in plan.prepared.tasks if task.name in plan.tasks)
    network = MultiTaskNetwork(NetworkShape.of(plan.prepared.transforms, plan.model, tasks, plan.sharing))
    network.load_state_dict(result.weights)
    return predictions_of(network, tasks, side.inputs)
