"""What the libraries of boosted trees have in common: options, and where tuning looks for better ones."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from mtl.ranges import Range

LeafCount = Annotated[int, Field(ge=2)]

RANGES: Mapping[str, Range] = {
    "learning_rate": Range(0.01, 0.3, log=True),
    "max_leaf_nodes": Range(4, 256, log=True, whole=True),
    "min_samples_leaf": Range(2, 128, log=True, whole=True),
    "l2": Range(1e-3, 100.0, log=True),
}
