"""Weights that were stored under the names of before."""

from collections.abc import Mapping

from torch import Tensor

RENAMED = {"gates": "mixers", "shared_gates": "shared_mixers"}
"""Parts of names of parameters in bundles of format 3, and what they are called now."""


def renamed_weights(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights of a bundle of format 3, by the names that a network has now."""
    return {".".join(RENAMED.get(part, part) for part in name.split(".")): value for name, value in weights.items()}
