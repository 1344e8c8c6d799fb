"""SVG, as text: numbers are shortened, words are escaped, colours are the page's own, light or dark."""

from collections.abc import Iterable

import numpy as np
from markupsafe import Markup, escape

SERIES = 7
"""Colours that the page has for lines; further ones begin anew with another dash."""

DASHES = ("", "7 4", "2 3", "9 3 2 3")


def element(name: str, *inner: str, **attributes: object) -> Markup:
    """An element. An underscore in an attribute's name is a hyphen; one that is None is left out.

    Args:
        name: of the element.
        inner: what it holds: Markup as it is, other text escaped.
        attributes: numbers are shortened to what a screen can show.
    """
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_shown(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    body = Markup("").join(inner)
    return Markup(f"<{name}{told}>{body}</{name}>") if body else Markup(f"<{name}{told}/>")


def figure(width: float, height: float, label: str, parts: Iterable[str], **attributes: object) -> Markup:
    """A picture that grows with its place; `label` says what it shows to who cannot see it."""
    box = f"0 0 {_shown(width)} {_shown(height)}"
    return element("svg", *parts, viewBox=box, role="img", aria_label=label, **attributes)


def path_of(xs: np.ndarray, ys: np.ndarray) -> str:
    """The path through points, broken where one is not finite."""
    steps, drawing = [], False
    for x, y in zip(xs, ys, strict=True):
        if not np.isfinite(y):
            drawing = False
            continue
        steps.append(f"{'L' if drawing else 'M'}{_shown(float(x))} {_shown(float(y))}")
        drawing = True
    return "".join(steps)


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round numbers between two bounds, at most so many."""
    span = high - low
    if not np.isfinite(span) or span <= 0:
        return [low] if np.isfinite(low) else []
    rough = 10.0 ** np.floor(np.log10(span / most))
    step = next(rough * factor for factor in (1, 2, 5, 10, 20) if span / (rough * factor) <= most)
    first = np.ceil(low / step - 1e-9)
    return [float(step * number) for number in range(int(first), int(np.floor(high / step + 1e-9)) + 1)]


def tick_label(value: float) -> str:
    """A tick for people: no more digits than it has."""
    return f"{value:.4g}".replace("-", "−")


def _shown(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
