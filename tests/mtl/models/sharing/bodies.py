"""Bodies of every way of sharing, small, with parameters as wide as after training, and batches for them."""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from mtl.catalog import entry_name
from mtl.extensions import SHARING
from mtl.models.batch import Batch
from mtl.models.body import Body
from mtl.models.shape import HeadShape, NetworkShape
from mtl.models.sharing.cross_stitch import CrossStitch
from mtl.models.sharing.mmoe import Mmoe
from mtl.models.sharing.ple import Ple
from mtl.models.sharing.soft import Soft
from mtl.models.sharing_way import Sharing, plain_sharing
from tests.mtl.models.parts import batch_of, codes_of, parts

WAYS: tuple[Sharing, ...] = (
    *(way() for _, way in SHARING.items()),
    Soft(penalty="trace_norm"),
    CrossStitch(own=0.7),
    Mmoe(experts=3),
    Ple(shared_experts=2, own_experts=2),
)
"""Every way with its defaults, then with options that change what it computes."""

HEADS = (HeadShape(1, "binary"), HeadShape(3, "multiclass"), HeadShape(1))
NUMBERS, CARDINALITIES = 4, (4, 2)


def way_id(way: Sharing) -> str:
    """Its name and its options, for the names of tests."""
    return " ".join(map(str, plain_sharing(way).values()))


class Case(NamedTuple):
    """What a body is made for."""

    sharing: Sharing
    trunk: tuple[int, ...] = (6, 5)
    tasks: int = 3
    categories: bool = True

    @property
    def name(self) -> str:
        """The way of sharing's."""
        return entry_name(self.sharing)

    def __str__(self) -> str:
        layers = "x".join(map(str, self.trunk))
        return f"{way_id(self.sharing)} {layers} {self.tasks} tasks {'mixed' if self.categories else 'numbers'}"


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
    """A body whose mixers and mixtures differ by task, as after training."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        made = case.sharing.body(shape(case, dropout))
        for parameter in made.parameters():
            nn.init.normal_(parameter, std=0.5)
        return made.eval()


def batch(case: Case, rows: int = 7) -> Batch:
    """Rows of the features that a case has."""
    draw = torch.Generator().manual_seed(1)
    codes = codes_of(CARDINALITIES if case.categories else (), rows, draw)
    return batch_of(torch.randn(rows, NUMBERS, generator=draw), codes)


def for_each_task(case: Case, representation: Tensor) -> Tensor:
    """Representations [K, B, H], if there is but one for all tasks, too."""
    return representation if representation.dim() == 3 else representation.expand(case.tasks, *representation.shape)
