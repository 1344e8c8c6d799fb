"""Intervals of several tasks on one scale, whatever their metrics: differences in standard errors of their own."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from mtl.report.web.drawing import element, tick_label, ticks

HEIGHT, EACH = 6.0, 18.0
MOST = 12.0
"""Standard errors beyond which an interval is cut off, with an arrow: how far beyond says nothing more."""


@dataclass(frozen=True)
class Interval:
    """A difference and its bounds, in standard errors; positive is better.

    Attributes:
        name: what it is of, as the page's legend says it.
        kind: `own`, of this version; `procedure`, of the way it was trained.
        told: the same in units of the metric, for whoever points at it.
    """

    name: str
    kind: str
    lower: float
    value: float
    upper: float
    told: str


def reach_of(intervals: Sequence[Interval]) -> float:
    """The standard errors that a scale for all of them must reach to on both sides."""
    ends = [abs(end) for each in intervals for end in (each.lower, each.upper, each.value) if np.isfinite(end)]
    return float(np.clip(np.ceil(max(ends, default=0.0) + 0.25), 3.0, MOST))


def interval_plot(intervals: Sequence[Interval], reach: float, label: str, allowed: float = 0.0) -> Markup:
    """A line each around zero; positions are shares of the width, so that it fits any screen.

    `allowed`: an upright line at what is tolerated, in the same units; at 0, or off the scale, there is none.
    """
    height = HEIGHT + EACH * len(intervals)
    parts = [_upright(_at(at, reach), height, "grid") for at in _marks(reach)]
    parts.append(_upright("50%", height, "zero"))
    if 0 < abs(allowed) <= reach:
        parts.append(_upright(_at(allowed, reach), height, "allowed"))
    for row, each in enumerate(intervals):
        parts += _drawn(each, reach, HEIGHT / 2 + EACH * (row + 0.5))
    return element("svg", *parts, class_="intervals", height=height, width="100%", role="img", aria_label=label)


def _upright(at: str, height: float, kind: str) -> Markup:
    return element("line", x1=at, x2=at, y1=0, y2=height, class_=kind)


def scale_of(reach: float) -> Markup:
    """The axis below the last task."""
    parts = [element("text", tick_label(at), x=_at(at, reach), y=12, text_anchor="middle") for at in _marks(reach)]
    return element("svg", *parts, class_="scale", height=16, width="100%", aria_hidden="true")


def _marks(reach: float) -> list[float]:
    return [at for at in ticks(-reach, reach, 8) if abs(at) < reach]


def _drawn(each: Interval, reach: float, y: float) -> list[Markup]:
    if not np.isfinite(each.value):
        return []
    told = element("title", f"{each.name}: {each.told}")
    ends = [end if np.isfinite(end) else sign * 2 * MOST for end, sign in ((each.lower, -1), (each.upper, 1))]
    low, high = (float(np.clip(end, -reach, reach)) for end in ends)
    parts = [element("line", told, x1=_at(low, reach), x2=_at(high, reach), y1=y, y2=y, class_=f"bar {each.kind}")]
    if ends[0] < -reach:
        parts.append(_arrow("◂", -reach, reach, y, each.kind))
    if ends[1] > reach:
        parts.append(_arrow("▸", reach, reach, y, each.kind))
    if abs(each.value) <= reach:
        parts.append(element("circle", told, cx=_at(each.value, reach), cy=y, r=5, class_=f"mark {each.kind}"))
    return parts


def _arrow(shape: str, at: float, reach: float, y: float, kind: str) -> Markup:
    return element("text", shape, x=_at(at, reach), y=y + 5, text_anchor="middle", class_=kind)


def _at(value: float, reach: float) -> str:
    return f"{50 + 49 * value / reach:.2f}%"
