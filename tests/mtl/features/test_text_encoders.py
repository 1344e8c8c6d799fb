"""What every text encoder that learns reads of a text: its tokens, never its padding or its neighbours.

A new file in `mtl/features/text_encoders` is held to all of it by itself.
"""

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import pad

from mtl.extensions import TEXT_ENCODERS
from mtl.features.text_encoder import TextEncoder
from mtl.features.text_encoders.lstm import LastState
from mtl.features.text_encoders.mean import Mean
from mtl.features.tokens import PADDING
from mtl.spec import ModelSpec

VOCABULARY, WIDTH = 9, 6
LEARNED = [name for name, kind in TEXT_ENCODERS.items() if issubclass(kind, TextEncoder)]

every_encoder = pytest.mark.parametrize("name", LEARNED)


def made(name: str, seed: int = 0) -> TextEncoder:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        kind = TEXT_ENCODERS.get(name)
        assert issubclass(kind, TextEncoder)
        encoder = kind(VOCABULARY, WIDTH)
        for parameter in encoder.parameters():  # as wide as after training, so that differences are no rounding
            nn.init.normal_(parameter)
        return encoder


def texts(*rows: list[int]) -> Tensor:
    longest = max(len(row) for row in rows)
    return torch.tensor([row + [PADDING] * (longest - len(row)) for row in rows])


SOME = texts([3, 4, 5, 6], [7], [], [8, 8, 2])


@every_encoder
def test_a_text_becomes_a_vector_of_the_width_that_was_asked_for(name: str) -> None:
    encoded = made(name)(SOME)
    assert encoded.shape == (4, WIDTH)
    assert encoded.dtype == torch.float32
    assert made(name).width == WIDTH


def test_the_mean_is_the_default() -> None:
    assert ModelSpec().text_encoder.label == "mean"


@every_encoder
@pytest.mark.parametrize("more", [1, 60])
def test_padding_changes_nothing(name: str, more: int) -> None:
    encoder = made(name)
    torch.testing.assert_close(encoder(pad(SOME, (0, more), value=PADDING)), encoder(SOME))


@every_encoder
def test_a_text_is_encoded_the_same_in_any_company(name: str) -> None:
    encoder = made(name)
    together = encoder(SOME)
    for row, alone in enumerate(SOME.split(1)):
        torch.testing.assert_close(encoder(alone)[0], together[row])
    order = torch.tensor([2, 0, 3, 1])
    torch.testing.assert_close(encoder(SOME[order]), together[order])


def test_word_order_matters_to_the_lstm_and_not_to_the_mean() -> None:
    both_ways = texts([2, 3, 4], [4, 3, 2])
    torch.testing.assert_close(*made("mean")(both_ways))
    one, turned = made("lstm")(both_ways)
    assert (one - turned).abs().max() > 0.1


@every_encoder
def test_which_tokens_stand_in_a_text_matters(name: str) -> None:
    some, others = made(name)(texts([2, 2, 3], [7, 8, 7]))
    assert (some - others).abs().max() > 0.1


@pytest.mark.parametrize("name", ["mean", "lstm"])
def test_how_often_a_token_stands_in_a_text_matters(name: str) -> None:
    fewer, more = made(name)(texts([2, 2, 2, 7], [2, 7, 7, 7]))
    assert (fewer - more).abs().max() > 0.1


def test_the_mean_of_one_token_is_its_embedding() -> None:
    encoder = made("mean")
    assert isinstance(encoder, Mean)
    torch.testing.assert_close(encoder(SOME)[1], encoder.table.weight[7])


def test_the_lstm_ends_at_the_last_token_as_it_would_one_token_at_a_time() -> None:
    encoder = made("lstm")
    assert isinstance(encoder, LastState)
    cell = nn.LSTMCell(WIDTH, WIDTH)
    cell.load_state_dict({name.removesuffix("_l0"): value for name, value in encoder.lstm.state_dict().items()})
    for row, codes in enumerate(([3, 4, 5, 6], [7])):
        state = (torch.zeros(1, WIDTH), torch.zeros(1, WIDTH))
        for code in codes:
            state = cell(encoder.embedding(torch.tensor([code])), state)
        torch.testing.assert_close(encoder(SOME)[row], state[0][0])


def test_the_lstm_remembers_the_first_word_of_a_sentence_before_it_has_learned_anything() -> None:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        encoder = LastState(VOCABULARY, WIDTH)
    sentence = torch.tensor([[2] + [3] * 18 + [4]])
    encoder(sentence).square().sum().backward()
    assert encoder.embedding.weight.grad is not None
    first, last = encoder.embedding.weight.grad[[2, 4]].norm(dim=1)
    assert first > 0.01 * last


@every_encoder
@pytest.mark.parametrize("tokens", [texts([], [3]), torch.zeros(2, 4, dtype=torch.int64)])
def test_an_empty_text_is_0(name: str, tokens: Tensor) -> None:
    assert not made(name)(tokens)[0].any()


@every_encoder
def test_a_batch_may_be_empty(name: str) -> None:
    assert made(name)(torch.zeros(0, 5, dtype=torch.int64)).shape == (0, WIDTH)


@every_encoder
def test_the_tokens_of_a_batch_learn_and_padding_never_does(name: str) -> None:
    encoder = made(name)
    encoder(SOME).square().sum().backward()
    tables = [module for module in encoder.modules() if isinstance(module, nn.Embedding | nn.EmbeddingBag)]
    assert tables
    for table in tables:
        assert table.weight.grad is not None
        learning = set(table.weight.grad.any(dim=1).nonzero().flatten().tolist())
        assert learning
        assert learning <= {2, 3, 4, 5, 6, 7, 8}
        assert learning == {2, 3, 4, 5, 6, 7, 8} or name not in ("mean", "lstm")
    assert all(parameter.grad is not None and parameter.grad.any() for parameter in encoder.parameters())


@every_encoder
@pytest.mark.parametrize("count", [0, 3])
def test_a_batch_without_a_token_teaches_nothing_and_breaks_nothing(name: str, count: int) -> None:
    encoder = made(name)
    tokens = torch.full((count, 4), PADDING)
    encoder(tokens).sum().backward()
    assert all(parameter.grad is not None and not parameter.grad.any() for parameter in encoder.parameters())
    encoded = encoder(tokens)
    assert not any(gradient.any() for gradient in encoder.gradients(tokens, encoded, torch.ones(2, *encoded.shape)))


@every_encoder
def test_the_gradients_of_several_losses_are_autograd_s_for_the_tokens_that_were_read(name: str) -> None:
    encoder = made(name)
    encoded, parameters = encoder(SOME), tuple(encoder.parameters())
    towards = torch.randn(3, *encoded.shape, generator=torch.Generator().manual_seed(1))
    found = list(encoder.gradients(SOME, encoded, towards))
    assert len(found) == len(parameters)
    for k, alone in enumerate(towards):
        expected = torch.autograd.grad(encoded, parameters, alone, retain_graph=True)
        for one, other in zip(found, expected, strict=True):
            torch.testing.assert_close(one[k][one[k] != 0], other[other != 0])


@every_encoder
def test_saved_weights_load_again(name: str) -> None:
    loaded = made(name, seed=1)
    loaded.load_state_dict(made(name).state_dict())
    assert torch.equal(loaded(SOME), made(name)(SOME))
