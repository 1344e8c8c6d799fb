"""The training side in batches: the labelled rows, each once an epoch, with what is known of each task."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mtl.data.prepared import Side
from mtl.features.inputs import Inputs
from mtl.tasks.task import Task
from mtl.training.batches import TaskBatch, TrainingRows
from tests.mtl.evaluation.cases import lightly

NAN = float("nan")
TASKS = (
    Task("cost", "regression", "mse", "r2", False, 100.0, 20.0, (), 1.0),
    Task("ill", "binary", "bce", "roc_auc", False, 0.0, 1.0, (), 0.7),
    Task("stage", "multiclass", "cross_entropy", "accuracy", False, 0.0, 1.0, ("a", "b", "c"), 1.1),
)
LABELS = [
    [100.0, 1.0, 2.0],
    [NAN, NAN, NAN],
    [140.0, NAN, NAN],
    [NAN, 0.0, NAN],
    [NAN, NAN, 1.0],
    [NAN, NAN, NAN],
    [80.0, 0.0, 0.0],
]


def side(labels: Sequence[Sequence[float]]) -> Side:
    """Rows whose every feature tells which row it is."""
    rows = np.arange(len(labels))
    column = rows.reshape(-1, 1)
    texts = np.repeat(column, 2, axis=1).astype(np.int32)
    inputs = Inputs({"numeric": column.astype(np.float32), "categorical": column.astype(np.int32), "text": texts})
    return Side(inputs, np.array(labels, dtype=np.float64).reshape(len(labels), 3), rows, rows)


def order(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def rows_of(batch: TaskBatch) -> list[int]:
    """Which rows a batch is made of, as all of its features say alike."""
    numeric, codes, tokens = batch.inputs.arrays.values()
    assert numeric[:, 0].tolist() == codes[:, 0].tolist() == tokens[:, 0].tolist() == tokens[:, 1].tolist()
    return [int(row) for row in numeric[:, 0].tolist()]


def test_targets_and_observed_stand_beside_their_rows() -> None:
    found: dict[int, tuple[list[float], list[float]]] = {}
    for batch in TrainingRows(TASKS, side(LABELS)).batches(2, order()):
        assert batch.observed is not None
        assert batch.targets.dtype == batch.observed.dtype == torch.float32
        pairs = zip(batch.targets.tolist(), batch.observed.tolist(), strict=True)
        found |= dict(zip(rows_of(batch), pairs, strict=True))
    assert found == {
        0: ([0.0, 1.0, 2.0], [1.0, 1.0, 1.0]),
        2: ([2.0, 0.0, 0.0], [1.0, 0.0, 0.0]),
        3: ([0.0, 0.0, 0.0], [0.0, 1.0, 0.0]),
        4: ([0.0, 0.0, 1.0], [0.0, 0.0, 1.0]),
        6: ([-1.0, 0.0, 0.0], [1.0, 1.0, 1.0]),
    }


@pytest.mark.parametrize("unlabelled", [0, 2])
def test_labels_that_are_all_there_have_no_mask(unlabelled: int) -> None:
    labels = [[100.0, 1.0, 2.0]] * 5 + [[NAN, NAN, NAN]] * unlabelled
    batches = list(TrainingRows(TASKS, side(labels)).batches(2, order()))
    assert len(batches) == 3
    assert all(batch.observed is None for batch in batches)


@lightly
@given(st.lists(st.tuples(*[st.sampled_from([0.0, 1.0, NAN])] * 3), min_size=1, max_size=20), st.integers(1, 8))
def test_every_labelled_row_comes_once_and_no_other(labels: list[tuple[float, ...]], size: int) -> None:
    rows = TrainingRows(TASKS, side(labels))
    labelled = [n for n, row in enumerate(labels) if not np.isnan(row).all()]
    batches = [rows_of(batch) for batch in rows.batches(size, order())]
    assert len(rows) == len(labelled)
    assert sorted(row for batch in batches for row in batch) == labelled
    assert all(len(batch) == size for batch in batches[:-1])


@pytest.mark.parametrize("missing", [0.0, 0.6])
def test_the_order_follows_the_generator_alone(missing: float) -> None:
    draw = np.random.default_rng(0)
    labels = np.where(draw.random((50, 3)) < missing, NAN, 1.0).tolist()
    rows = TrainingRows(TASKS, side(labels))

    def epochs(seed: int) -> list[list[int]]:
        generator = order(seed)
        return [[row for batch in rows.batches(8, generator) for row in rows_of(batch)] for _ in range(2)]

    first = epochs(3)
    torch.manual_seed(99)
    assert epochs(3) == first
    assert epochs(4) != first
    assert first[0] != first[1]
    assert first[0] != sorted(first[0])


def test_the_global_generator_is_left_alone() -> None:
    before = torch.get_rng_state()
    list(TrainingRows(TASKS, side(LABELS)).batches(2, order()))
    assert torch.equal(torch.get_rng_state(), before)


def test_features_are_read_where_they_are_stored() -> None:
    stored = side(LABELS)
    rows = TrainingRows(TASKS, stored)
    for array in stored.inputs.arrays.values():
        array[:] += 100
    found = [row for batch in rows.batches(2, order()) for row in rows_of(batch)]
    assert sorted(found) == [100, 102, 103, 104, 106]


def test_a_batch_moves_to_another_device_as_a_whole() -> None:
    (batch,) = TrainingRows(TASKS, side(LABELS)).batches(9, order())
    moved = batch.to(torch.device("meta"))
    assert moved.observed is not None
    assert {part.device.type for part in (*moved.inputs.arrays.values(), moved.targets, moved.observed)} == {"meta"}
    assert batch.to(torch.device("cpu")) is batch


def test_every_row_comes_with_its_weight() -> None:
    weighed = replace(side(LABELS), weights=np.arange(7.0))
    for batch in TrainingRows(TASKS, weighed).batches(2, torch.Generator().manual_seed(0)):
        assert batch.weights is not None
        torch.testing.assert_close(batch.weights, batch.inputs.arrays["numeric"])
        assert batch.to(torch.device("cpu")).weights is batch.weights
    assert all(batch.weights is None for batch in TrainingRows(TASKS, side(LABELS)).batches(2, torch.Generator()))


def test_a_side_of_some_tasks_keeps_its_weights() -> None:
    weighed = replace(side(LABELS), weights=np.arange(7.0))
    kept = weighed.of_tasks([1]).weights
    assert kept is not None
    assert kept.tolist() == list(range(7))
