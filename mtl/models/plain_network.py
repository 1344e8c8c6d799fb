"""A trained network as a few products of NumPy arrays, for a server that answers single rows.

Calling PyTorch costs more than a small network computes: a row of 30 numbers through two layers of 128 takes several
times as long there, without autograd and compiled ahead of time as well.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from mtl.features.kinds.categorical import CategoryTable
from mtl.features.plain import PlainPart
from mtl.models.heads import Heads
from mtl.models.network import MultiTaskNetwork
from mtl.models.sharing.hard import HardBody
from mtl.tasks.kind import Kind, kind_named

Floats: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Layer:
    """`weight` [before, after], contiguous, and `bias` [after]; the heads of members have an axis of members before."""

    weight: Floats
    bias: Floats

    def __call__(self, inputs: Floats) -> Floats:
        """[…, B, before] to […, B, after]."""
        outputs: Floats = inputs @ self.weight
        outputs += self.bias
        return outputs


@dataclass(frozen=True, eq=False)
class CategoryVectors:
    """The embeddings of all columns of categories: `table` [codes, width], `offsets` [C] of each column's first."""

    table: Floats
    offsets: NDArray[np.int64]

    def __call__(self, codes: NDArray[Any]) -> Floats:
        """Codes [B, C] to [B, C × width]."""
        found: Floats = self.table[codes + self.offsets]
        return found.reshape(len(codes), -1)


@dataclass(frozen=True, eq=False)
class ComposedHead:
    """A head that reads the predictions of others, whose columns come before.

    Attributes:
        columns: of its outputs.
        reads: the kind of each task that it reads, and where its outputs are.
        weight: of what it reads, [P, width].
    """

    columns: slice
    reads: tuple[tuple[Kind, slice], ...]
    weight: Floats

    def add_to(self, outputs: Floats) -> None:
        """Add what it reads from to its outputs, in place."""
        read = [kind.link_array(outputs[:, place].astype(np.float64)) for kind, place in self.reads]
        outputs[:, self.columns] += np.concatenate(read, axis=1).astype(np.float32) @ self.weight


@dataclass(frozen=True, eq=False)
class PlainNetwork:
    """Hard sharing, with members or without.

    Attributes:
        parts: of the encoder, by kind, in its order; None where numbers are read as they are.
        factors: of the encoded features, for each member, [M, 1, F]; None where there is one member.
        composed: heads that read others, each after those.
    """

    parts: Mapping[str, CategoryVectors | None]
    factors: Floats | None
    trunk: tuple[Layer, ...]
    heads: Layer
    composed: tuple[ComposedHead, ...]

    def __call__(self, arrays: Mapping[str, NDArray[Any]]) -> Floats:
        """The outputs of all heads side by side, [M × B, C], of the arrays [B, w] of each kind of feature."""
        encoded = [part(arrays[kind]) if part else arrays[kind] for kind, part in self.parts.items()]
        passed: Floats = encoded[0] if len(encoded) == 1 else np.concatenate(encoded, axis=1)
        if self.factors is not None:
            passed = (passed * self.factors).reshape(-1, passed.shape[1])
        for layer in self.trunk:
            passed = layer(passed)
            np.maximum(passed, 0, out=passed)
        outputs = self._answered(passed)
        for head in self.composed:
            head.add_to(outputs)
        return outputs

    def _answered(self, read: Floats) -> Floats:
        if self.factors is None:
            return self.heads(read)
        outputs = self.heads(read.reshape(len(self.factors), -1, read.shape[1]))
        return outputs.reshape(len(read), -1)


def plain_network(network: MultiTaskNetwork) -> PlainNetwork | None:
    """The network in NumPy; None where it has parts that are not plain: then PyTorch computes it."""
    body = network.body
    if not isinstance(body, HardBody):
        return None
    parts = {kind: body.encoder.parts[kind] for kind in network.shape.parts}
    if not all(isinstance(part, PlainPart | CategoryTable) for part in parts.values()):
        return None
    trunk = tuple(_layer(layer.weight, layer.bias) for layer in body.trunk.layers if isinstance(layer, nn.Linear))
    drawn = body.encoder.factors
    factors = None if drawn is None else _array(drawn)[:, np.newaxis]
    vectors = {kind: _vectors(part) for kind, part in parts.items()}
    return PlainNetwork(vectors, factors, trunk, _heads(network.heads), tuple(_composed(network.heads)))


def _layer(weight: Tensor, bias: Tensor) -> Layer:
    return Layer(np.ascontiguousarray(_array(weight).T), _array(bias))


def _heads(heads: Heads) -> Layer:
    bias = _array(heads.bias)
    weight = np.ascontiguousarray(np.swapaxes(_array(heads.weight), -1, -2))
    return Layer(weight, bias[:, np.newaxis] if bias.ndim > 1 else bias)


def _composed(heads: Heads) -> Iterator[ComposedHead]:
    for k in heads.composed:
        reads = tuple((kind_named(heads.shapes[part].kind), heads.blocks[part]) for part in heads.shapes[k].reads)
        yield ComposedHead(heads.blocks[k], reads, np.ascontiguousarray(_array(heads.readings[str(k)]).T))


def _vectors(part: nn.Module) -> CategoryVectors | None:
    if not isinstance(part, CategoryTable):
        return None
    return CategoryVectors(_array(part.table.weight), part.offsets.numpy().copy())


def _array(tensor: Tensor) -> NDArray[np.float32]:
    array: NDArray[np.float32] = tensor.detach().cpu().numpy().copy()
    return array
