"""Mermaid's flowcharts as SVG, drawn while the site is built: the pages then ask nobody for a script.

Only what our pages use is read: a direction, and chains of `name[label] --> name[label]`. Nodes stand in layers, by the
longest way from a node that no arrow meets (Sugiyama, Tagawa and Toda 1981, without their minimal crossings: a few
sweeps that put each node at the mean of its neighbours).
"""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from itertools import pairwise
from typing import TypeAlias

NODE = re.compile(r"^(\w+)(?:\[([^\]]+)\])?$")
SWEEPS = 12
CHARACTER, PADDING, GAP = 7.4, 22.0, 16.0
"""Widths in pixels: of a character, of what surrounds a label, between two nodes of a layer."""

HEIGHT, LAYER = 30.0, 72.0
"""Pixels: a node's height, and from one layer to the next."""

IN_A_ROW = 6
"""Nodes of a chart from left to right before it goes on in a row below."""

Node: TypeAlias = "str | tuple[str, str, int]"
"""A name; or where an arrow (from, to) crosses a layer."""

Place: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Flowchart:
    """What is to be drawn.

    Attributes:
        direction: `TD`, from above down, or `LR`, from left to right.
        labels: what stands in each node.
        arrows: from which name to which.
    """

    direction: str
    labels: Mapping[str, str]
    arrows: tuple[tuple[str, str], ...]


def parse(source: str) -> Flowchart:
    """Read a chart.

    Raises:
        ValueError: a line that is none of those that are read, or arrows in a circle (graphlib.CycleError).
    """
    first, *lines = [line.strip() for line in source.strip().splitlines() if line.strip()]
    kind, _, direction = first.partition(" ")
    if kind != "flowchart" or direction not in {"TD", "LR"}:
        raise ValueError(f"expected `flowchart TD` or `flowchart LR`; got {first!r}")
    labels: dict[str, str] = {}
    arrows: list[tuple[str, str]] = []
    for line in lines:
        names = [_name(part.strip(), labels, line) for part in line.split("-->")]
        arrows += pairwise(names)
    chart = Flowchart(direction, labels, tuple(arrows))
    _depths(chart)
    return chart


def _name(part: str, labels: dict[str, str], line: str) -> str:
    found = NODE.match(part)
    if found is None:
        raise ValueError(f"expected `name[label] --> name[label]`; got {line!r}")
    name, label = found.groups()
    if label is not None or name not in labels:
        labels[name] = label or name
    return name


def svg(chart: Flowchart) -> str:
    """The picture, in the colours of the text around it; one line, so that Markdown leaves it alone."""
    places = _in_rows(chart) if chart.direction == "LR" else _in_layers(chart)
    widths = {name: _width(label) for name, label in chart.labels.items()}
    right = max(places[name][0] + width / 2 for name, width in widths.items()) + GAP
    below = max(places[name][1] for name in widths) + HEIGHT
    drawn = [*_lines(chart, places), *(_box(places[name], widths[name], chart.labels[name]) for name in widths)]
    words = html.escape(", ".join(f"{chart.labels[a]} to {chart.labels[b]}" for a, b in chart.arrows))
    return (
        f'<figure class="flowchart"><svg viewBox="0 0 {right:.0f} {below:.0f}" style="max-width: {right:.0f}px" '
        f'role="img" aria-label="{words}"><defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="currentColor"/></marker></defs>'
        f"{''.join(drawn)}</svg></figure>"
    )


def _width(label: str) -> float:
    return CHARACTER * len(label) + PADDING


def _in_rows(chart: Flowchart) -> dict[Node, Place]:
    """Places of a chain that turns into the next row where one is full."""
    order = sorted(depths := _depths(chart), key=lambda name: depths[name])
    step = max(map(_width, chart.labels.values())) + 2 * GAP
    return {name: (step * (k % IN_A_ROW + 0.5), HEIGHT + LAYER * (k // IN_A_ROW)) for k, name in enumerate(order)}


def _in_layers(chart: Flowchart) -> dict[Node, Place]:
    layers, neighbours = _layered(chart)
    across = {node: float(k) for layer in layers for k, node in enumerate(layer)}
    for sweep in range(SWEEPS):
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            layer.sort(key=lambda node: _mean(across, neighbours[node], across[node]))
            _spread(chart, layer, across, neighbours)
    left = min(across[node] - _room(chart, node) / 2 for node in across)
    return {node: (across[node] - left, HEIGHT + LAYER * k) for k, layer in enumerate(layers) for node in layer}


def _layered(chart: Flowchart) -> tuple[list[list[Node]], Mapping[Node, list[Node]]]:
    """The nodes of each layer, and each node's neighbours in the layers beside its own."""
    depth = _depths(chart)
    layers: list[list[Node]] = [[] for _ in range(max(depth.values()) + 1)]
    for name in sorted(depth):
        layers[depth[name]].append(name)
    neighbours: dict[Node, list[Node]] = {name: [] for name in depth}
    for start, end in chart.arrows:
        way = list(_way(start, end, depth))
        for node, k in zip(way[1:-1], range(depth[start] + 1, depth[end]), strict=True):
            layers[k].append(node)
            neighbours[node] = []
        for one, other in pairwise(way):
            neighbours[one].append(other)
            neighbours[other].append(one)
    return layers, neighbours


def _depths(chart: Flowchart) -> dict[str, int]:
    """How many arrows the longest way to each node has.

    Raises:
        graphlib.CycleError: arrows that make a circle.
    """
    before: dict[str, list[str]] = {name: [] for name in chart.labels}
    for start, end in chart.arrows:
        before[end].append(start)
    found: dict[str, int] = {}
    for name in TopologicalSorter(before).static_order():
        found[name] = max((found[other] + 1 for other in before[name]), default=0)
    return found


def _way(start: str, end: str, depth: Mapping[str, int]) -> Iterator[Node]:
    yield start
    yield from ((start, end, k) for k in range(depth[start] + 1, depth[end]))
    yield end


def _mean(across: Mapping[Node, float], nodes: Sequence[Node], otherwise: float) -> float:
    return sum(across[node] for node in nodes) / len(nodes) if nodes else otherwise


def _room(chart: Flowchart, node: Node) -> float:
    return (_width(chart.labels[node]) if isinstance(node, str) else 0.0) + GAP


def _spread(
    chart: Flowchart, layer: Sequence[Node], across: dict[Node, float], neighbours: Mapping[Node, list[Node]]
) -> None:
    """Move a layer's nodes to the means of their neighbours, as near as they can stand without touching."""
    wanted = [_mean(across, neighbours[node], across[node]) for node in layer]
    offsets = [0.0]
    for one, other in pairwise(layer):
        offsets.append(offsets[-1] + (_room(chart, one) + _room(chart, other)) / 2)
    places = _rising([place - offset for place, offset in zip(wanted, offsets, strict=True)])
    across.update({node: place + offset for node, place, offset in zip(layer, places, offsets, strict=True)})


def _rising(values: Sequence[float]) -> list[float]:
    """The sequence that never falls nearest to another, by least squares (pool adjacent violators)."""
    blocks: list[tuple[float, int]] = []
    for value in values:
        blocks.append((value, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (one, few), (other, many) = blocks[-2:]
            blocks[-2:] = [((one * few + other * many) / (few + many), few + many)]
    return [mean for mean, count in blocks for _ in range(count)]


def _lines(chart: Flowchart, places: Mapping[Node, Place]) -> Iterator[str]:
    depth = _depths(chart)
    for start, end in chart.arrows:
        if chart.direction == "TD":
            yield _curve([places[node] for node in _way(start, end, depth)])
        else:
            yield _step(places[start], places[end], _width(chart.labels[start]), _width(chart.labels[end]))


def _curve(points: Sequence[Place]) -> str:
    """A line down through points, out of the lower side of the first node and into the upper side of the last."""
    (x, y), *middle, (last, bottom) = points
    path = f"M{x:.1f} {y + HEIGHT / 2:.1f}"
    above = y + HEIGHT / 2
    for right, down in [*middle, (last, bottom - HEIGHT / 2)]:
        half = (above + down) / 2
        path += f"C{x:.1f} {half:.1f} {right:.1f} {half:.1f} {right:.1f} {down:.1f}"
        x, above = right, down
    return _path(path)


def _step(start: Place, end: Place, width: float, other: float) -> str:
    (x, y), (right, down) = start, end
    if y == down:
        return _path(f"M{x + width / 2:.1f} {y:.1f}H{right - other / 2:.1f}")
    between = (y + down) / 2
    return _path(f"M{x:.1f} {y + HEIGHT / 2:.1f}V{between:.1f}H{right:.1f}V{down - HEIGHT / 2:.1f}")


def _path(path: str) -> str:
    return f'<path d="{path}" fill="none" stroke="currentColor" stroke-opacity=".45" marker-end="url(#tip)"/>'


def _box(place: Place, width: float, label: str) -> str:
    x, y = place
    return (
        f'<rect x="{x - width / 2:.1f}" y="{y - HEIGHT / 2:.1f}" width="{width:.1f}" height="{HEIGHT:.0f}" rx="6" '
        'class="node"/>'
        f'<text x="{x:.1f}" y="{y + 4:.1f}" text-anchor="middle" class="label">{html.escape(label)}</text>'
    )
