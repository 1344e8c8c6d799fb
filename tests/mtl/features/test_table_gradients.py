"""Gradients of the rows of a table that were read, against autograd through the whole table."""

import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from mtl.features.table_gradients import gradients_of_rows
from tests.mtl.evaluation.cases import lightly

ROWS = 6
readings = st.lists(st.tuples(st.integers(0, ROWS - 1), st.integers(0, 3)), max_size=20)


def towards(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(1))


@lightly
@given(readings)
def test_they_are_the_rows_that_were_read_of_the_whole_table_s_gradient(read: list[tuple[int, int]]) -> None:
    pairs = torch.tensor(read, dtype=torch.int64).reshape(-1, 2)
    arriving = towards(4, 2, 3)
    whole = torch.zeros(ROWS, 2, 3).index_add_(0, pairs[:, 0], arriving[pairs[:, 1]])
    found = gradients_of_rows(pairs[:, 0], pairs[:, 1], arriving)
    torch.testing.assert_close(found, whole[pairs[:, 0].unique()])


def test_the_order_of_the_readings_changes_nothing_but_rounding() -> None:
    rows, sources, arriving = torch.tensor([5, 0, 5, 2]), torch.tensor([0, 1, 2, 3]), towards(4, 2)
    order = torch.tensor([2, 3, 0, 1])
    torch.testing.assert_close(
        gradients_of_rows(rows[order], sources[order], arriving), gradients_of_rows(rows, sources, arriving)
    )
