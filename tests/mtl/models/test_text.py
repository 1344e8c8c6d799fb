"""What a network reads of a text: its tokens and, with an LSTM, their order; never its padding or its neighbours."""

import json
from typing import get_args

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import pad

from mtl.data.tokens import PADDING
from mtl.data.transforms import Transforms
from mtl.models.encoder import Encoder
from mtl.models.shape import NetworkShape
from mtl.models.text import LastState, text_part
from mtl.spec import ModelSpec
from mtl.spec.model_section import TextEncoder
from tests.mtl.data.patients import patients, spec

VOCABULARY, WIDTH = 9, 6
ENCODERS: tuple[TextEncoder, ...] = get_args(TextEncoder)

every_encoder = pytest.mark.parametrize("name", ENCODERS)


def shape(name: TextEncoder) -> NetworkShape:
    return NetworkShape(0, (), VOCABULARY, (), (4,), 0.0, 2, WIDTH, name)


def text(name: TextEncoder, seed: int = 0) -> nn.EmbeddingBag | LastState:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        part = text_part(shape(name))
        for parameter in part.parameters():  # as wide as after training, so that differences are no rounding
            nn.init.normal_(parameter)
        return part


def texts(*rows: list[int]) -> Tensor:
    longest = max(len(row) for row in rows)
    return torch.tensor([row + [PADDING] * (longest - len(row)) for row in rows])


SOME = texts([3, 4, 5, 6], [7], [], [8, 8, 2])


@every_encoder
def test_a_text_becomes_a_vector_of_the_width_that_the_spec_gives(name: TextEncoder) -> None:
    encoded = text(name)(SOME)
    assert encoded.shape == (4, WIDTH)
    assert encoded.dtype == torch.float32
    assert Encoder(shape(name)).width == WIDTH


def test_the_mean_is_the_default() -> None:
    assert ModelSpec().text_encoder == "mean"
    assert isinstance(text("mean"), nn.EmbeddingBag)


@every_encoder
@pytest.mark.parametrize("more", [1, 60])
def test_padding_changes_nothing(name: TextEncoder, more: int) -> None:
    part = text(name)
    torch.testing.assert_close(part(pad(SOME, (0, more), value=PADDING)), part(SOME))


@every_encoder
def test_a_text_is_encoded_the_same_in_any_company(name: TextEncoder) -> None:
    part = text(name)
    together = part(SOME)
    for row, alone in enumerate(SOME.split(1)):
        torch.testing.assert_close(part(alone)[0], together[row])
    order = torch.tensor([2, 0, 3, 1])
    torch.testing.assert_close(part(SOME[order]), together[order])


def test_word_order_matters_to_the_lstm_and_not_to_the_mean() -> None:
    both_ways = texts([2, 3, 4], [4, 3, 2])
    torch.testing.assert_close(*text("mean")(both_ways))
    one, turned = text("lstm")(both_ways)
    assert (one - turned).abs().max() > 0.1


@every_encoder
def test_the_number_of_tokens_matters(name: TextEncoder) -> None:
    fewer, more = text(name)(texts([2, 2, 2, 7], [2, 7, 7, 7]))
    assert (fewer - more).abs().max() > 0.1


def test_the_mean_of_one_token_is_its_embedding() -> None:
    part = text("mean")
    assert isinstance(part, nn.EmbeddingBag)
    torch.testing.assert_close(part(SOME)[1], part.weight[7])


def test_the_lstm_ends_at_the_last_token_as_it_would_one_token_at_a_time() -> None:
    part = text("lstm")
    assert isinstance(part, LastState)
    cell = nn.LSTMCell(WIDTH, WIDTH)
    cell.load_state_dict({name.removesuffix("_l0"): value for name, value in part.lstm.state_dict().items()})
    for row, codes in enumerate(([3, 4, 5, 6], [7])):
        state = (torch.zeros(1, WIDTH), torch.zeros(1, WIDTH))
        for code in codes:
            state = cell(part.embedding(torch.tensor([code])), state)
        torch.testing.assert_close(part(SOME)[row], state[0][0])


def test_the_lstm_remembers_the_first_word_of_a_sentence_before_it_has_learned_anything() -> None:
    part = LastState(VOCABULARY, WIDTH)
    sentence = torch.tensor([[2] + [3] * 18 + [4]])
    part(sentence).square().sum().backward()
    assert part.embedding.weight.grad is not None
    first, last = part.embedding.weight.grad[[2, 4]].norm(dim=1)
    assert first > 0.01 * last


@every_encoder
@pytest.mark.parametrize("tokens", [texts([], [3]), torch.zeros(2, 4, dtype=torch.int64)])
def test_an_empty_text_is_0(name: TextEncoder, tokens: Tensor) -> None:
    assert not text(name)(tokens)[0].any()


@every_encoder
def test_a_batch_may_be_empty(name: TextEncoder) -> None:
    assert text(name)(torch.zeros(0, 5, dtype=torch.int64)).shape == (0, WIDTH)


@every_encoder
def test_the_tokens_of_a_batch_learn_and_padding_never_does(name: TextEncoder) -> None:
    part = text(name)
    part(SOME).square().sum().backward()
    table = part.embedding.weight if isinstance(part, LastState) else part.weight
    assert table.grad is not None
    learning = table.grad.any(dim=1).nonzero().flatten().tolist()
    assert learning == [2, 3, 4, 5, 6, 7, 8]
    assert all(parameter.grad is not None and parameter.grad.any() for parameter in part.parameters())


@every_encoder
@pytest.mark.parametrize("count", [0, 3])
def test_a_batch_without_a_token_teaches_nothing_and_breaks_nothing(name: TextEncoder, count: int) -> None:
    part = text(name)
    part(torch.zeros(count, 4, dtype=torch.int64)).sum().backward()
    assert all(parameter.grad is not None and not parameter.grad.any() for parameter in part.parameters())


@every_encoder
def test_the_gradient_of_each_of_several_losses_can_be_taken(name: TextEncoder) -> None:
    part = text(name)
    encoded, parameters = part(SOME), tuple(part.parameters())
    one, other = (torch.autograd.grad(encoded[:, k].sum(), parameters, retain_graph=True) for k in (0, 1))
    both = torch.autograd.grad(encoded[:, :2].sum(), parameters)
    for a, b, total in zip(one, other, both, strict=True):
        torch.testing.assert_close(a + b, total)


@every_encoder
def test_saved_weights_load_into_the_shape_that_was_saved_with_them(name: TextEncoder) -> None:
    again = NetworkShape.from_dict(json.loads(json.dumps(shape(name).to_dict())))
    assert again == shape(name)
    loaded = text_part(again)
    loaded.load_state_dict(text(name).state_dict())
    assert torch.equal(loaded(SOME), text(name)(SOME))


def test_a_shape_that_was_saved_before_there_was_a_choice_means_the_mean() -> None:
    plain = shape("mean").to_dict()
    del plain["text_encoder"]
    assert NetworkShape.from_dict(plain) == shape("mean")


@every_encoder
def test_the_shape_follows_the_spec(name: TextEncoder) -> None:
    study, table = spec(), patients()
    model = study.model.model_copy(update={"text_encoder": name})
    made = NetworkShape.of(Transforms.fit(study.features, model, table), model, ())
    assert (made.text_encoder, made.text_width) == (name, model.text_width)
