"""Cross-stitch units against trunks that run one by one."""

import pytest
import torch
from torch import Tensor

from mtl.models.sharing.cross_stitch import CrossStitch, CrossStitchBody
from mtl.models.stacked import StackedLinear
from tests.mtl.models.sharing.bodies import CASES, Case, batch, body, shape

every_case = pytest.mark.parametrize("case", [case for case in CASES if case.name == "cross_stitch"], ids=str)


def stitched(case: Case) -> CrossStitchBody:
    made = body(case)
    assert isinstance(made, CrossStitchBody)
    return made


def layer(made: CrossStitchBody, depth: int, task: int, inputs: Tensor) -> Tensor:
    """One hidden layer of one task's trunk."""
    stacked = made.layers[depth]
    assert isinstance(stacked, StackedLinear)
    return (inputs @ stacked.weight[task].T + stacked.bias[task]).clamp(min=0)


@every_case
def test_after_each_layer_every_task_reads_its_mixture_of_all(case: Case) -> None:
    made = stitched(case)
    tasks = range(case.tasks)
    reads: list[Tensor] = [made.encoder(batch(case)).read for _ in tasks]
    for depth, alpha in enumerate(made.stitches):
        activations = [layer(made, depth, j, reads[j]) for j in tasks]
        reads = [sum((alpha[k, j] * activations[j] for j in tasks), start=torch.zeros(())) for k in tasks]
    torch.testing.assert_close(made.represent(batch(case)), torch.stack(reads))


@every_case
def test_trunks_that_read_their_own_alone_are_separate(case: Case) -> None:
    alone = CrossStitchBody(shape(case), own=1.0)
    for k, representation in enumerate(alone.represent(batch(case))):
        expected: Tensor = alone.encoder(batch(case)).read
        for depth in range(len(case.trunk)):
            expected = layer(alone, depth, k, expected)
        torch.testing.assert_close(representation, expected)


@pytest.mark.parametrize(("tasks", "own", "others"), [(1, 1.0, 0.0), (2, 0.7, 0.3), (3, 0.7, 0.15)])
def test_a_task_starts_with_its_own_trunk_and_the_others_share_the_rest(tasks: int, own: float, others: float) -> None:
    made = CrossStitchBody(shape(Case(CrossStitch(), tasks=tasks)), own=0.7)
    assert len(made.stitches) == 2
    for alpha in made.stitches:
        expected = torch.full((tasks, tasks), others).fill_diagonal_(own)
        torch.testing.assert_close(alpha.detach(), expected)
