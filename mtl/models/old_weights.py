"""Weights that were stored under the names of before."""

from collections.abc import Mapping

from torch import Tensor

RENAMED = {
    ".encoder.categories.": ".encoder.parts.categorical.table.",
    ".encoder.text.weight": ".encoder.parts.text.encoders.0.table.weight",
    ".encoder.text.embedding.": ".encoder.parts.text.encoders.0.embedding.",
    ".encoder.text.lstm.": ".encoder.parts.text.encoders.0.lstm.",
    ".gates": ".mixers",
    ".shared_gates": ".shared_mixers",
}
"""Parts of names of parameters in bundles of format 3, and what they are called now."""


def renamed_weights(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights of a bundle of format 3, by the names that a network has now."""
    return {_renamed(name): weight for name, weight in weights.items()}


def _renamed(name: str) -> str:
    for before, now in RENAMED.items():
        name = name.replace(before, now)
    return name
