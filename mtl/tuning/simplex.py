"""Constant weights of tasks as coordinates that have no bound in common."""

import math
from collections.abc import Mapping

COORDINATE_BOUNDS = (0.001, 0.999)

EQUAL = math.exp(-1.0)
"""The coordinate of every task where all weigh the same; any other that they share would do."""


def weights_on_simplex(coordinates: Mapping[str, float]) -> dict[str, float]:
    """Weights of K tasks, nonnegative and of sum K: wᵢ = K log uᵢ / Σ log u.

    Coordinates that are uniform on (0, 1) give weights that are uniform on the simplex.

    Args:
        coordinates: u, above 0 and below 1.
    """
    shares = {task: -math.log(coordinate) for task, coordinate in coordinates.items()}
    total = math.fsum(shares.values())
    return {task: len(shares) * share / total for task, share in shares.items()}
