"""Hard sharing against its layers applied one by one."""

import pytest
import torch
from torch import Tensor, nn

from mtl.models.sharing.hard import HardBody
from mtl.spec import HardSharing
from tests.mtl.models.sharing.bodies import Case, batch, body

DEEP = Case(HardSharing(), trunk=(6, 5, 4))


def hard(case: Case = DEEP, dropout: float = 0.0, seed: int = 0) -> HardBody:
    made = body(case, dropout, seed)
    assert isinstance(made, HardBody)
    return made


def linear_layers(made: HardBody) -> list[nn.Linear]:
    return [layer for layer in made.modules() if isinstance(layer, nn.Linear)]


@pytest.mark.parametrize("trunk", [(6,), (6, 5), (6, 5, 4)])
def test_each_layer_is_linear_and_then_relu(trunk: tuple[int, ...]) -> None:
    case = DEEP._replace(trunk=trunk)
    made = hard(case)
    layers = linear_layers(made)
    assert [layer.out_features for layer in layers] == list(trunk)
    expected: Tensor = made.encoder(batch(case))
    for layer in layers:
        expected = (expected @ layer.weight.T + layer.bias).clamp(min=0)
    torch.testing.assert_close(made.represent(batch(case)), expected)


def test_the_number_of_tasks_changes_nothing() -> None:
    one, three = (hard(DEEP._replace(tasks=tasks)) for tasks in (1, 3))
    assert torch.equal(one.represent(batch(DEEP)), three.represent(batch(DEEP)))


def test_the_last_shared_layer_turns_the_last_input_into_what_the_heads_read() -> None:
    made = hard()
    shared = made.share(batch(DEEP))
    weight, bias = made.last_shared_layer()
    assert shared.last_input is not None
    torch.testing.assert_close(torch.relu(shared.last_input @ weight.T + bias), shared.common[0])


@pytest.mark.parametrize(("training", "dropout"), [(False, 0.5), (True, 0.0), (True, 0.5)])
def test_the_slope_of_the_activation_is_autograd_s(training: bool, dropout: float) -> None:
    made = hard(DEEP._replace(trunk=(6, 40)), dropout).train(training)
    before: list[Tensor] = []
    made.last.register_forward_hook(lambda _module, _inputs, output: before.append(output))
    representation = made.share(batch(DEEP)).common[0]
    (slope,) = torch.autograd.grad(representation.sum(), before)
    torch.testing.assert_close(made.slope_of_activation(representation.detach()), slope)
    assert set(slope.unique().tolist()) == {0.0, 2.0 if training and dropout else 1.0}
