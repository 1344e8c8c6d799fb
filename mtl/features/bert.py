"""A BERT encoder (Devlin et al. 2019) that reads the weights of a folder and learns nothing."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

Take = Callable[..., Tensor]
"""A weight by its name, of the shape that follows."""


@dataclass(frozen=True)
class BertSizes:
    """What fixes the shapes of the weights: config.json, by its own names."""

    hidden_size: int
    intermediate_size: int
    max_position_embeddings: int
    num_attention_heads: int
    num_hidden_layers: int
    vocab_size: int
    layer_norm_eps: float


@dataclass(frozen=True)
class Linear:
    """x ↦ xWᵀ + b."""

    weight: Tensor
    bias: Tensor

    def __call__(self, inputs: Tensor) -> Tensor:
        """[…, before] to [… , after]."""
        return functional.linear(inputs, self.weight, self.bias)


@dataclass(frozen=True)
class Norm:
    """Layer normalisation over the last axis."""

    weight: Tensor
    bias: Tensor
    eps: float

    def __call__(self, inputs: Tensor) -> Tensor:
        """[…, H] to […, H]."""
        return functional.layer_norm(inputs, self.weight.shape, self.weight, self.bias, self.eps)


@dataclass(frozen=True)
class Layer:
    """Attention of several heads, then two linear layers with GELU between; each is added to its input and normalised.

    Attributes:
        reading: queries, keys and values of all heads, as one matrix.
    """

    reading: Linear
    attended: Linear
    attended_norm: Norm
    widened: Linear
    narrowed: Linear
    narrowed_norm: Norm
    heads: int

    def __call__(self, states: Tensor, mask: Tensor | None) -> Tensor:
        """[B, T, H] to [B, T, H]; `mask` [B, 1, 1, T] is true where a token may be attended to."""
        split = self.reading(states).unflatten(2, (3, self.heads, -1))  # [B, T, 3, A, H / A]
        queries, keys, values = split.permute(2, 0, 3, 1, 4)
        read = functional.scaled_dot_product_attention(queries, keys, values, attn_mask=mask)
        states = self.attended_norm(states + self.attended(read.transpose(1, 2).flatten(2)))
        return self.narrowed_norm(states + self.narrowed(functional.gelu(self.widened(states))))


@dataclass(frozen=True)
class Bert:
    """Tokens int64 [B, T] to states [B, T, H]."""

    sizes: BertSizes
    words: Tensor
    positions: Tensor
    norm: Norm
    layers: tuple[Layer, ...]

    @torch.inference_mode()
    def __call__(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """`lengths` [B]: how many tokens of each row are its text's; no token attends to what follows them."""
        longest = tokens.shape[1]
        is_text = torch.arange(longest) < lengths.unsqueeze(1)
        mask = None if bool(is_text.all()) else is_text[:, None, None, :]
        states = self.norm(self.words[tokens] + self.positions[:longest])
        for layer in self.layers:
            states = layer(states, mask)
        return states


def read_bert(folder: Path) -> Bert:
    """The encoder of a folder's config.json and model.safetensors.

    Raises:
        ValueError: the files hold no BERT encoder, or one of another form than this computes.
    """
    config = _read_config(folder)
    sizes = BertSizes(**{name: config[name] for name in BertSizes.__dataclass_fields__})
    try:
        weights = load_file(folder / "model.safetensors")
    except (OSError, SafetensorError) as error:
        raise ValueError(f"model.safetensors cannot be read: {error}") from error
    named = {name.removeprefix("bert."): weight.float() for name, weight in weights.items()}
    return _bert(sizes, lambda name, *shape: _taken(named, name, shape))


def _read_config(folder: Path) -> Mapping[str, Any]:
    config: Mapping[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    forms = {"model_type": "bert", "hidden_act": "gelu", "position_embedding_type": "absolute"}
    for key, form in forms.items():
        if config.get(key, form if key == "position_embedding_type" else None) != form:
            raise ValueError(f"config.json: expected {key} {form}; got {config.get(key)!r}")
    missing = sorted(set(BertSizes.__dataclass_fields__) - set(config))
    if missing:
        raise ValueError(f"config.json: no {', '.join(missing)}")
    return config


def _taken(weights: Mapping[str, Tensor], name: str, shape: tuple[int, ...]) -> Tensor:
    if name not in weights or weights[name].shape != shape:
        got = tuple(weights[name].shape) if name in weights else "none"
        raise ValueError(f"model.safetensors: expected {name} of shape {shape}; got {got}")
    return weights[name]


def _bert(sizes: BertSizes, take: Take) -> Bert:
    width, name = sizes.hidden_size, "embeddings"
    # Every text is of the first type: its embedding is the same at each position.
    kind = take(f"{name}.token_type_embeddings.weight", 2, width)[0]
    positions = take(f"{name}.position_embeddings.weight", sizes.max_position_embeddings, width) + kind
    words = take(f"{name}.word_embeddings.weight", sizes.vocab_size, width)
    layers = tuple(_layer(f"encoder.layer.{number}", sizes, take) for number in range(sizes.num_hidden_layers))
    return Bert(sizes, words, positions, _norm(f"{name}.LayerNorm", sizes, take), layers)


def _layer(name: str, sizes: BertSizes, take: Take) -> Layer:
    width, inner = sizes.hidden_size, sizes.intermediate_size
    parts = [_linear(f"{name}.attention.self.{part}", width, width, take) for part in ("query", "key", "value")]
    return Layer(
        Linear(torch.cat([part.weight for part in parts]), torch.cat([part.bias for part in parts])),
        _linear(f"{name}.attention.output.dense", width, width, take),
        _norm(f"{name}.attention.output.LayerNorm", sizes, take),
        _linear(f"{name}.intermediate.dense", width, inner, take),
        _linear(f"{name}.output.dense", inner, width, take),
        _norm(f"{name}.output.LayerNorm", sizes, take),
        sizes.num_attention_heads,
    )


def _linear(name: str, before: int, after: int, take: Take) -> Linear:
    return Linear(take(f"{name}.weight", after, before), take(f"{name}.bias", after))


def _norm(name: str, sizes: BertSizes, take: Take) -> Norm:
    width = sizes.hidden_size
    return Norm(take(f"{name}.weight", width), take(f"{name}.bias", width), sizes.layer_norm_eps)
