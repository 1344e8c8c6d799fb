"""Progressive layered extraction against experts and mixers that run one by one."""

import pytest
import torch
from torch import Tensor

from mtl.models.sharing.ple import Ple, PleBody
from tests.mtl.models.sharing.bodies import Case, batch, body, shape

CASES = [
    Case(Ple(shared_experts=shared, own_experts=own), trunk, tasks, categories)
    for shared, own in ((1, 1), (2, 1), (1, 3))
    for trunk in ((6,), (6, 5), (6, 5, 4))
    for tasks in (1, 2, 3)
    for categories in (False, True)
]
every_case = pytest.mark.parametrize("case", CASES, ids=str)


def ple(case: Case) -> PleBody:
    made = body(case)
    assert isinstance(made, PleBody)
    return made


def counts(case: Case) -> tuple[int, int]:
    """Shared experts, and own experts of each task."""
    assert isinstance(case.sharing, Ple)
    return case.sharing.shared_experts, case.sharing.own_experts


def expert(inputs: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return (inputs @ weight.T + bias).clamp(min=0)


def mixture(answers: list[Tensor], mixer: Tensor, reads: Tensor) -> Tensor:
    """Answers [B, H], each by its share of a mixer [N, D] that reads [B, D]."""
    scores = [(reads @ row).exp() for row in mixer]
    total = torch.stack(scores).sum(dim=0)
    mixed = [(score / total).unsqueeze(1) * answer for score, answer in zip(scores, answers, strict=True)]
    return torch.stack(mixed).sum(dim=0)


def by_hand(made: PleBody, case: Case) -> Tensor:
    """Layer by layer, task by task, expert by expert; [K, B, H]."""
    num_shared, num_own = counts(case)
    weights = made.state_dict()
    of_tasks: list[Tensor] = [made.encoder(batch(case)).read for _ in range(case.tasks)]
    of_all = of_tasks[0]
    for depth, width in enumerate(case.trunk):
        last = depth == len(case.trunk) - 1
        name = "last" if last else f"below.{depth}"
        shared_weight, shared_bias = weights[f"{name}.shared.weight"], weights[f"{name}.shared.bias"]
        shared = [expert(of_all, shared_weight[i], shared_bias[i]) for i in range(num_shared)]
        own: list[list[Tensor]] = []
        for k in range(case.tasks):
            weight = weights[f"{name}.own.weight"][k].split(width)
            bias = weights[f"{name}.own.bias"][k].split(width, dim=1)
            own.append([expert(of_tasks[k], weight[i], bias[i]) for i in range(num_own)])
        if not last:
            everything = shared + [answer for answers in own for answer in answers]
            next_of_all = mixture(everything, weights[f"shared_mixers.{depth}"][0], of_all)
        mixers = weights[f"{name}.mixers"]
        of_tasks = [mixture(shared + own[k], mixers[k], of_tasks[k]) for k in range(case.tasks)]
        of_all = of_all if last else next_of_all
    return torch.stack(of_tasks)


@every_case
def test_every_layer_mixes_shared_and_own_experts(case: Case) -> None:
    torch.testing.assert_close(ple(case).represent(batch(case)), by_hand(ple(case), case), rtol=1e-4, atol=1e-5)


@every_case
def test_there_is_an_expert_for_each_that_the_spec_asks_for(case: Case) -> None:
    made, (num_shared, num_own) = ple(case), counts(case)
    assert made.last.shared.weight.shape[:2] == (num_shared, case.trunk[-1])
    assert made.last.own.weight.shape[:2] == (case.tasks, num_own * case.trunk[-1])
    mixed = [mixer.shape[1] for mixer in made.shared_mixers]
    assert mixed == [num_shared + case.tasks * num_own] * (len(case.trunk) - 1)


@pytest.mark.parametrize("tasks", [2, 3])
def test_a_new_layer_is_the_mean_of_the_experts_that_a_task_reads(tasks: int) -> None:
    case = Case(Ple(shared_experts=2, own_experts=1), trunk=(6,), tasks=tasks)
    new = PleBody(shape(case), 2, 1)
    encoded = new.encoder(batch(case)).read
    shared, own = (torch.relu(layer(encoded)) for layer in (new.last.shared, new.last.own))
    torch.testing.assert_close(new.represent(batch(case)), (shared.sum(dim=0) + own) / 3)


def test_own_experts_below_the_last_layer_are_read_by_all_tasks() -> None:
    case = Case(Ple(shared_experts=1, own_experts=1), trunk=(6, 5), tasks=2)
    made = ple(case)
    (first,) = [parameter for name, parameter in made.named_parameters() if name == "below.0.own.weight"]
    for representation in made.represent(batch(case)):
        (gradient,) = torch.autograd.grad(representation.sum(), first, retain_graph=True)
        assert all(slice_of_task.any() for slice_of_task in gradient)
