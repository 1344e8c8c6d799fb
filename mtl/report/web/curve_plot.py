"""Values over epochs, one line each, with the epoch that was kept."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from markupsafe import Markup

from mtl.report.web.drawing import DASHES, SERIES, element, figure, path_of, tick_label, ticks

WIDTH, HEIGHT = 340.0, 200.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 10.0, 10.0, 30.0
MOST_POINTS = 160
"""Of a line: more than a screen tells apart at that width."""

WILD, LONG = 2, 20
"""So many first epochs of a curve of more than so many are not asked how far the axis reaches: they would flatten the
rest."""


@dataclass(frozen=True)
class Curve:
    """One line.

    Attributes:
        name: of what it shows.
        values: one per epoch; NaN where unknown.
        kept: the epoch that was kept, from 0; None where that means nothing.
    """

    name: str
    values: tuple[float, ...]
    kept: int | None = None


def curve_plot(curves: Sequence[Curve], label: str, low: float | None = None, high: float | None = None) -> Markup:
    """The lines on one pair of axes; empty where none has a finite value.

    Args:
        curves: at most a few dozen; the first SERIES have colours of their own.
        label: what it shows, for who cannot see it.
        low: the lowest value that the axis shows, if it is to be the same in several plots.
        high: the highest, likewise.
    """
    known = _finite(curves)
    if not known.size:
        return Markup("")
    settled = _finite([replace(curve, values=curve.values[WILD:]) for curve in curves if len(curve.values) > LONG])
    bounds = _bounds(
        np.array([low, high]) if low is not None and high is not None else settled if settled.size else known
    )
    epochs = max(len(curve.values) for curve in curves)
    scale = _Scale(max(epochs - 1, 1), *bounds)
    parts = [*_axes(scale), *(part for index, curve in enumerate(curves) for part in _line(scale, index, curve))]
    points = json.dumps([{"name": curve.name, "values": _points(curve)} for curve in curves])
    return figure(WIDTH, HEIGHT, label, parts, class_="curves", data_curves=points, data_last=max(epochs - 1, 1))


@dataclass(frozen=True)
class _Scale:
    last: int
    low: float
    high: float

    def x(self, epochs: np.ndarray) -> np.ndarray:
        return LEFT + (WIDTH - LEFT - RIGHT) * np.asarray(epochs, dtype=float) / self.last

    def y(self, values: np.ndarray) -> np.ndarray:
        share = (np.asarray(values, dtype=float) - self.low) / (self.high - self.low)
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * np.clip(share, -0.02, 1.02)


def _finite(curves: Sequence[Curve]) -> np.ndarray:
    return np.array([value for curve in curves for value in curve.values if np.isfinite(value)])


def _bounds(known: np.ndarray) -> tuple[float, float]:
    """With a little room."""
    low, high = float(known.min()), float(known.max())
    room = 0.06 * (high - low) or 0.5 * abs(high) or 0.5
    return low - room, high + room


def _axes(scale: _Scale) -> list[Markup]:
    bottom = HEIGHT - BOTTOM
    parts = []
    for value in ticks(scale.low, scale.high):
        y = float(scale.y(np.array(value)))
        parts.append(element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, class_="grid"))
        parts.append(element("text", tick_label(value), x=LEFT - 6, y=y + 3.5, text_anchor="end"))
    for epoch in (each for each in ticks(0, scale.last) if each == int(each)):
        x = float(scale.x(np.array(epoch)))
        parts.append(element("text", str(int(epoch)), x=x, y=bottom + 14, text_anchor="middle"))
    parts.append(element("text", "epoch", x=WIDTH - RIGHT, y=HEIGHT - 3, text_anchor="end", class_="unit"))
    return parts


def _line(scale: _Scale, index: int, curve: Curve) -> list[Markup]:
    values = np.array(curve.values, dtype=float)
    shown = np.unique(np.linspace(0, len(values) - 1, min(len(values), MOST_POINTS)).round().astype(int))
    colour, dash = f"s{index % SERIES}", DASHES[index // SERIES % len(DASHES)] or None
    drawn = path_of(scale.x(shown), scale.y(values[shown]))
    parts = [element("path", d=drawn, class_=f"line {colour}", stroke_dasharray=dash)] if drawn else []
    if curve.kept is not None and 0 <= curve.kept < len(values) and np.isfinite(values[curve.kept]):
        told = element("title", f"{curve.name}: kept epoch {curve.kept}, {values[curve.kept]:.4g}")
        x, y = float(scale.x(np.array(curve.kept))), float(scale.y(values[curve.kept]))
        parts.append(element("circle", told, cx=x, cy=y, r=4, class_=f"dot {colour}"))
    return parts


def _points(curve: Curve) -> list[float | None]:
    return [float(f"{value:.5g}") if np.isfinite(value) else None for value in curve.values]
