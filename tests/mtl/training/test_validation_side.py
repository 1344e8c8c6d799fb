"""The validation side: every row in chunks, losses of observed labels, and one number to choose the epoch by."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from mtl.catalog import entry_name
from mtl.data.prepared import Side
from mtl.evaluation.metric import metric_named
from mtl.features.inputs import Inputs
from mtl.models import predictions
from mtl.models.batch import StoredRows
from mtl.models.network import MultiTaskNetwork
from mtl.models.predictions import outputs_of, predictions_of
from mtl.models.sharing.hard import Hard
from mtl.models.sharing.ple import Ple
from mtl.models.sharing_way import Sharing
from mtl.training.validation_side import TaskScore, Validation
from tests.mtl.training.cases import TASKS, WAYS, batch, losses, network_of

NAN = float("nan")
ROWS = 12


def side(missing: float = 0.0) -> Side:
    """The rows of `batch` with their labels, some of them missing."""
    rows = batch(rows=ROWS)
    labels = rows.targets.double().numpy()
    labels[np.random.default_rng(0).random(labels.shape) < missing] = np.nan
    inputs = Inputs({kind: array.numpy() for kind, array in rows.inputs.arrays.items()})
    return Side(inputs, labels, np.arange(ROWS), np.arange(ROWS))


@pytest.mark.parametrize("sharing", WAYS, ids=entry_name)
def test_chunks_change_nothing(monkeypatch: pytest.MonkeyPatch, sharing: Sharing) -> None:
    network, rows = network_of(sharing), StoredRows(side().inputs)
    whole = outputs_of(network, rows)
    assert [tuple(output.shape) for output in whole] == [(ROWS, 1), (ROWS, 1), (ROWS, 3)]
    monkeypatch.setattr(predictions, "CHUNK", 5)
    for output, expected in zip(outputs_of(network, rows), whole, strict=True):
        torch.testing.assert_close(output, expected)


def test_dropout_is_off_and_no_graph_is_kept() -> None:
    network = MultiTaskNetwork(replace(network_of(Hard()).shape, dropout=0.5)).train()
    first, again = (outputs_of(network, StoredRows(side().inputs)) for _ in range(2))
    assert all(torch.equal(one, other) for one, other in zip(first, again, strict=True))
    assert not any(output.requires_grad for output in first)


def test_no_row_has_no_prediction() -> None:
    found = predictions_of(network_of(Ple()), TASKS, side().inputs.rows(slice(0, 0)))
    assert {task: array.shape for task, array in found.items()} == {"income": (0,), "smoker": (0,), "health": (0, 3)}


@pytest.mark.parametrize("missing", [0.0, 0.4])
def test_scores_are_the_losses_and_metrics_of_the_observed_labels(missing: float) -> None:
    network, rows = network_of(Ple()), side(missing)
    scores = Validation(TASKS, rows).score(network)
    observed = torch.from_numpy(~np.isnan(rows.labels)).float()
    expected = losses(outputs_of(network, StoredRows(rows.inputs)), replace(batch(rows=ROWS), observed=observed))
    predictions = predictions_of(network, TASKS, rows.inputs)
    for k, (task, score) in enumerate(zip(TASKS, scores, strict=True)):
        seen = ~np.isnan(rows.labels[:, k])
        assert seen.any()
        assert seen.all() == (missing == 0.0)
        assert score.loss == pytest.approx(float(expected[k]), rel=1e-5)
        assert score.metric == metric_named(task.metric).score(rows.labels[seen, k], predictions[task.name][seen])


def test_a_task_without_a_label_has_no_score_and_leaves_the_others_theirs() -> None:
    network, rows = network_of(Hard()), side()
    whole = Validation(TASKS, rows).score(network)
    rows.labels[:, 1] = np.nan
    first, none, last = Validation(TASKS, rows).score(network)
    assert np.isnan([none.loss, none.metric]).all()
    assert (first, last) == (whole[0], whole[2])


def test_the_standing_is_the_mean_loss_of_gated_tasks_each_in_units_of_its_best_constant() -> None:
    scores = [TaskScore(0.5, NAN), TaskScore(1.4, NAN), TaskScore(2.2, NAN)]
    assert Validation(TASKS, side()).standing(scores) == pytest.approx((0.5 / 1.0 + 1.4 / 0.7 + 2.2 / 1.1) / 3)
    auxiliary = tuple(replace(task, auxiliary=task.name != "smoker") for task in TASKS)
    assert Validation(auxiliary, side()).standing(scores) == pytest.approx(1.4 / 0.7)
    every = tuple(replace(task, auxiliary=True) for task in TASKS)
    assert Validation(every, side()).standing(scores) == Validation(TASKS, side()).standing(scores)


def test_a_task_without_a_validation_label_leaves_the_standing_to_the_others() -> None:
    rows, scores = side(), [TaskScore(0.5, NAN), TaskScore(NAN, NAN), TaskScore(2.2, NAN)]
    rows.labels[:, 1] = np.nan
    assert Validation(TASKS, rows).standing(scores) == pytest.approx((0.5 / 1.0 + 2.2 / 1.1) / 2)
    diverged = [TaskScore(NAN, NAN), *scores[1:]]
    assert np.isnan(Validation(TASKS, rows).standing(diverged))
    rows.labels[:] = np.nan
    assert np.isnan(Validation(TASKS, rows).standing([TaskScore(NAN, NAN)] * 3))
