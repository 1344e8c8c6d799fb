"""The encoder against its equations, written once more in NumPy and one token at a time."""

from math import erf, sqrt
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file

from mtl.features.bert import read_bert
from tests.mtl.features.tiny_bert import HEADS, LAYERS, POSITIONS, WIDTH, spoil_json, spoil_weights, write_encoder

Array = NDArray[np.float64]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_encoder(tmp_path / "encoder")


def reference(folder: Path, tokens: list[int]) -> Array:
    """The states of one text, [T, H]."""
    weights = {name: weight.double().numpy() for name, weight in load_file(folder / "model.safetensors").items()}

    def linear(name: str, x: Array) -> Array:
        return np.asarray(x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"])

    def norm(name: str, x: Array) -> Array:
        scaled = (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + 1e-12)
        return np.asarray(scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"])

    def attention(name: str, x: Array) -> Array:
        q, k, v = (linear(f"{name}.{part}", x) for part in ("query", "key", "value"))
        size, heads = WIDTH // HEADS, []
        for h in (slice(n * size, (n + 1) * size) for n in range(HEADS)):
            scores = np.exp(q[:, h] @ k[:, h].T / sqrt(size))
            heads.append(scores / scores.sum(axis=1, keepdims=True) @ v[:, h])
        return np.hstack(heads)

    table = "embeddings.{}_embeddings.weight".format
    x = weights[table("word")][tokens] + weights[table("position")][: len(tokens)] + weights[table("token_type")][0]
    x = norm("embeddings.LayerNorm", x)
    gelu = np.vectorize(lambda value: value * (1 + erf(value / sqrt(2))) / 2)
    for layer in (f"encoder.layer.{number}" for number in range(LAYERS)):
        attended = linear(f"{layer}.attention.output.dense", attention(f"{layer}.attention.self", x))
        x = norm(f"{layer}.attention.output.LayerNorm", x + attended)
        inner = gelu(linear(f"{layer}.intermediate.dense", x))
        x = norm(f"{layer}.output.LayerNorm", x + linear(f"{layer}.output.dense", inner))
    return x


def test_the_states_follow_the_equations_whatever_pads_a_text(folder: Path) -> None:
    texts = [[2, 4, 5, 3], [2, 7, 8, 10, 9, 11, 3], [2, 3]]
    lengths = torch.tensor([len(text) for text in texts])
    padded = torch.tensor([text + [0] * (7 - len(text)) for text in texts])
    states = read_bert(folder)(padded, lengths)
    for row, text in enumerate(texts):
        np.testing.assert_allclose(states[row, : len(text)].numpy(), reference(folder, text), rtol=1e-4, atol=1e-5)


def test_weights_may_be_named_as_those_of_a_whole_model(folder: Path, tmp_path: Path) -> None:
    other = write_encoder(tmp_path / "other")
    weights = load_file(other / "model.safetensors")
    spoil_weights(other, **dict.fromkeys(name.replace(".", "__") for name in weights))
    spoil_weights(other, **{f"bert__{name}".replace(".", "__"): weight for name, weight in weights.items()})
    tokens, lengths = torch.tensor([[2, 4, 5, 3]]), torch.tensor([4])
    assert torch.equal(read_bert(folder)(tokens, lengths), read_bert(other)(tokens, lengths))


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("model_type", "mpnet", r"config.json: expected model_type bert; got 'mpnet'"),
        ("hidden_act", "relu", r"config.json: expected hidden_act gelu; got 'relu'"),
        ("position_embedding_type", "relative_key", r"expected position_embedding_type absolute; got 'relative_key'"),
        ("vocab_size", None, r"config.json: no vocab_size"),
        ("vocab_size", 99, r"expected embeddings.word_embeddings.weight of shape \(99, 16\); got \(13, 16\)"),
        ("num_hidden_layers", 3, r"expected encoder.layer.2.attention.self.query.weight .* got none"),
    ],
)
def test_an_encoder_of_another_form_is_refused(folder: Path, key: str, value: object, message: str) -> None:
    spoil_json(folder, "config.json", **{key: value})
    with pytest.raises(ValueError, match=message):
        read_bert(folder)


def test_weights_of_another_shape_and_files_that_hold_none_are_refused(folder: Path) -> None:
    spoil_weights(folder, embeddings__position_embeddings__weight=torch.zeros(POSITIONS, 3))
    with pytest.raises(ValueError, match=r"expected embeddings.position_embeddings.weight of shape \(24, 16\)"):
        read_bert(folder)
    (folder / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(ValueError, match=r"model.safetensors cannot be read"):
        read_bert(folder)
