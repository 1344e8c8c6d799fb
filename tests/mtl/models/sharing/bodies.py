"""Bodies of every way of sharing, small, with parameters as wide as after training, and batches for them."""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from mtl.models.batch import Batch
from mtl.models.shape import HeadShape, NetworkShape
from mtl.models.sharing.body import Body
from mtl.models.sharing.catalog import build_body
from mtl.spec import AnySharing, CrossStitchSharing, HardSharing, MmoeSharing, PleSharing, SoftSharing
from tests.mtl.models.parts import batch_of, codes_of, parts

WAYS: tuple[AnySharing, ...] = (
    HardSharing(),
    SoftSharing(penalty="l2"),
    SoftSharing(penalty="trace_norm"),
    CrossStitchSharing(own=0.7),
    MmoeSharing(experts=3),
    PleSharing(shared_experts=2, own_experts=2),
)
HEADS = (HeadShape(1, "binary"), HeadShape(3, "multiclass"), HeadShape(1))
NUMBERS, CARDINALITIES = 4, (4, 2)


class Case(NamedTuple):
    """What a body is made for."""

    sharing: AnySharing
    trunk: tuple[int, ...] = (6, 5)
    tasks: int = 3
    categories: bool = True

    def __str__(self) -> str:
        layers = "x".join(map(str, self.trunk))
        return f"{self.sharing.label} {layers} {self.tasks} tasks {'mixed' if self.categories else 'numbers'}"


CASES = tuple(
    Case(way, trunk, tasks, categories)
    for way in WAYS
    for trunk in ((6,), (6, 5))
    for tasks in (1, 2, 3)
    for categories in (False, True)
)


def shape(case: Case, dropout: float = 0.0) -> NetworkShape:
    """The shape of a case."""
    features = parts(NUMBERS, CARDINALITIES if case.categories else (), width=3)
    return NetworkShape(features, HEADS[: case.tasks], case.trunk, dropout, case.sharing)


def body(case: Case, dropout: float = 0.0, seed: int = 0) -> Body:
    """A body whose gates and mixtures differ by task, as after training."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        made = build_body(shape(case, dropout))
        for parameter in made.parameters():
            nn.init.normal_(parameter, std=0.5)
        return made.eval()


def batch(case: Case, rows: int = 7) -> Batch:
    """Rows of the features that a case has."""
    draw = torch.Generator().manual_seed(1)
    codes = codes_of(CARDINALITIES if case.categories else (), rows, draw)
    return batch_of(torch.randn(rows, NUMBERS, generator=draw), codes)


def by_task(case: Case, representation: Tensor) -> Tensor:
    """Representations [K, B, H], if there is but one for all tasks, too."""
    return representation if representation.dim() == 3 else representation.expand(case.tasks, *representation.shape)
