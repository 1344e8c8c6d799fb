"""What a network predicts for stored rows does not depend on how many of them are computed at a time."""

import numpy as np
import pytest
import torch

from mtl.features.inputs import Inputs
from mtl.models import predictions
from mtl.models.batch import StoredRows
from mtl.models.network import MultiTaskNetwork
from mtl.models.shape import HeadShape, NetworkShape
from mtl.tasks.task import Task
from tests.mtl.models.parts import parts

TASKS = (
    Task("ill", "binary", "bce", "roc_auc", False, 0.0, 1.0, (), 0.7),
    Task("stage", "multiclass", "cross_entropy", "accuracy", False, 0.0, 1.0, ("a", "b", "c"), 1.1),
    Task("cost", "regression", "mse", "r2", False, 100.0, 20.0, (), 1.0),
)
HEADS = tuple(HeadShape(task.width, task.kind) for task in TASKS)
ROWS = Inputs({"numeric": np.random.default_rng(0).standard_normal((23, 3)).astype(np.float32)})

every_number_of_members = pytest.mark.parametrize("members", [1, 4])


def network(members: int) -> MultiTaskNetwork:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return MultiTaskNetwork(NetworkShape(parts(3), HEADS, (8,), 0.5, members=members))


@every_number_of_members
@pytest.mark.parametrize("chunk", [1, 7, 100])
def test_rows_are_predicted_in_their_order_whatever_the_chunk(
    members: int, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = predictions.predictions_of(network(members), TASKS, ROWS)
    monkeypatch.setattr(predictions, "CHUNK", chunk)
    for task, found in predictions.predictions_of(network(members), TASKS, ROWS).items():
        np.testing.assert_allclose(found, whole[task], rtol=1e-5)


@every_number_of_members
def test_predictions_are_probabilities_or_in_the_label_s_own_units(members: int) -> None:
    found = predictions.predictions_of(network(members), TASKS, ROWS)
    assert {task: array.shape for task, array in found.items()} == {"ill": (23,), "stage": (23, 3), "cost": (23,)}
    assert ((found["ill"] > 0) & (found["ill"] < 1)).all()
    np.testing.assert_allclose(found["stage"].sum(axis=1), 1.0)
    assert abs(found["cost"].mean() - 100) < 40


@every_number_of_members
def test_nothing_is_dropped_and_no_rows_are_no_predictions(members: int) -> None:
    made = network(members).train()
    first, again = (predictions.outputs_of(made, StoredRows(ROWS)) for _ in range(2))
    assert all(torch.equal(one, other) for one, other in zip(first, again, strict=True))
    none = predictions.predictions_of(made, TASKS, ROWS.rows(slice(0, 0)))
    assert {task: array.shape for task, array in none.items()} == {"ill": (0,), "stage": (0, 3), "cost": (0,)}
