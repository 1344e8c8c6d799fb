"""Where a function of one number is lowest, found from its slope."""

from collections.abc import Callable

FLAT = 1e-12
"""A slope that counts as none: near a minimum, the value is off by no more than its square."""

CLOSE = 1e-13
"""Share of the distance from 0 (or 1) within which two places count as one: the slope jumps between them."""


def lowest_point(slope: Callable[[float], float]) -> float:
    """Where a slope that is negative far down and positive far up vanishes or changes its sign.

    Regula falsi in the Illinois variant: where one end stays twice, its slope counts half. Superlinear for smooth
    slopes; the end is reached for others, too.

    Raises:
        ValueError: the slope is not negative far down or not positive far up.
    """
    low, high = _edge(slope, -1.0), _edge(slope, 1.0)
    below, above = slope(low), slope(high)
    moved = 0
    while below < above and high - low > CLOSE * max(1.0, -low, high):
        middle = low - below * (high - low) / (above - below)
        found = slope(middle)
        if abs(found) <= FLAT:
            return middle
        if found < 0:
            low, below, above, moved = middle, found, above / 2 if moved < 0 else above, -1
        else:
            high, above, below, moved = middle, found, below / 2 if moved > 0 else below, 1
    return high


def _edge(slope: Callable[[float], float], side: float) -> float:
    """±1, ±2, ±4, …: the first where the slope has the sign of its side or is none."""
    for doublings in range(60):
        if slope(side * 2.0**doublings) * side >= 0:
            return side * 2.0**doublings
    raise ValueError(f"a loss must rise towards {side:+g} times infinity; its slope has the wrong sign everywhere")
