"""What the libraries of boosted trees have in common: options, and where tuning looks for better ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field

from mtl.baselines.baseline import Method
from mtl.options import Count, NonNegative, Positive
from mtl.ranges import Range

LeafCount = Annotated[int, Field(ge=2, le=100_000)]


@dataclass(frozen=True)
class TreeMethod(Method):
    """Boosted trees, by one library or another.

    Attributes:
        iterations: at most so many rounds; a fit whose best is the last of them has not converged.
        learning_rate: share of each tree that counts.
        max_leaf_nodes: leaves that a tree may have.
        min_samples_leaf: training rows that a leaf holds at least.
        l2: weight of the squared values of the leaves.
    """

    ranges: ClassVar[Mapping[str, Range]] = {
        "learning_rate": Range(0.01, 0.3, log=True),
        "max_leaf_nodes": Range(4, 256, log=True, whole=True),
        "min_samples_leaf": Range(2, 128, log=True, whole=True),
        "l2": Range(1e-3, 100.0, log=True),
    }
    iterations: Count = 2000
    learning_rate: Positive = 0.05
    max_leaf_nodes: LeafCount = 31
    min_samples_leaf: Count = 20
    l2: NonNegative = 0.0
