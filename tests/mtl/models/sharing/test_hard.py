"""Hard sharing: the encoder, and one trunk after it."""

import torch

from mtl.models.sharing.hard import Hard, HardBody
from tests.mtl.models.sharing.bodies import Case, batch, body

DEEP = Case(Hard(), trunk=(6, 5, 4))


def hard(case: Case = DEEP) -> HardBody:
    made = body(case)
    assert isinstance(made, HardBody)
    return made


def test_what_the_heads_read_is_what_the_trunk_makes_of_the_encoded_features() -> None:
    made = hard()
    shared = made.shared_stage(batch(DEEP))
    assert shared.encoded is not None
    torch.testing.assert_close(shared.encoded.read, made.encoder(batch(DEEP)).read)
    torch.testing.assert_close(made.represent(batch(DEEP)), made.trunk(shared.encoded.read))


def test_the_number_of_tasks_changes_nothing() -> None:
    one, three = (hard(DEEP._replace(tasks=tasks)) for tasks in (1, 3))
    assert torch.equal(one.represent(batch(DEEP)), three.represent(batch(DEEP)))


def test_the_last_shared_layer_gives_what_the_heads_read() -> None:
    made = hard()
    weight, bias = made.last_shared_layer()
    *_, last_input, representation = made.trunk.activations(made.encoder(batch(DEEP)).read)
    torch.testing.assert_close(torch.relu(last_input @ weight.T + bias), representation)
