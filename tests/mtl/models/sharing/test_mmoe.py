"""The mixture of experts against experts that run one by one."""

import pytest
import torch
from torch import Tensor

from mtl.models.sharing.mmoe import Mmoe, MmoeBody
from mtl.models.stacked import StackedLinear
from tests.mtl.models.sharing.bodies import CASES, Case, batch, body, shape

every_case = pytest.mark.parametrize("case", [case for case in CASES if case.sharing == Mmoe(experts=3)], ids=str)
EXPERTS = 3


def experts(made: MmoeBody, encoded: Tensor) -> list[Tensor]:
    """Each expert's answer [B, H]: linear layers with ReLU."""
    answers = []
    for i in range(EXPERTS):
        inputs = encoded
        for layer in made.experts.layers:
            assert isinstance(layer, StackedLinear)
            inputs = (inputs @ layer.weight[i].T + layer.bias[i]).clamp(min=0)
        answers.append(inputs)
    return answers


@every_case
def test_each_task_mixes_the_experts_row_by_row(case: Case) -> None:
    made = body(case)
    assert isinstance(made, MmoeBody)
    encoded = made.encoder(batch(case)).read
    answers = experts(made, encoded)
    for k, representation in enumerate(made.represent(batch(case))):
        for b, row in enumerate(encoded):
            scores = torch.stack([made.mixers[k, i] @ row for i in range(EXPERTS)]).exp()
            shares = scores / scores.sum()
            expected = sum((shares[i] * answers[i][b] for i in range(EXPERTS)), start=torch.zeros(()))
            torch.testing.assert_close(representation[b], expected)


@every_case
def test_a_new_mixture_is_the_mean_of_the_experts(case: Case) -> None:
    new = MmoeBody(shape(case), EXPERTS)
    expected = torch.stack(experts(new, new.encoder(batch(case)).read)).mean(dim=0)
    for representation in new.represent(batch(case)):
        torch.testing.assert_close(representation, expected)


@every_case
def test_a_mixer_can_choose_one_expert(case: Case) -> None:
    made = MmoeBody(shape(case), EXPERTS)
    rows = batch(case)
    rows.arrays["numeric"][:, 0] = 1.0
    with torch.no_grad():
        for k in range(case.tasks):
            made.mixers[k, k, 0] = 100.0
    for k, representation in enumerate(made.represent(rows)):
        torch.testing.assert_close(representation, experts(made, made.encoder(rows).read)[k])
