"""How far the gradients of tasks agree, each pair a cell."""

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from mtl.evaluation.truth import FloatArray
from mtl.report.web.drawing import element, figure

CELL, LONGEST_NAME = 40.0, 18
MOST_TASKS = 24
"""Beyond which cells are too small to read."""


def cosine_plot(cosines: FloatArray, tasks: Sequence[str]) -> Markup:
    """Mean cosines [K, K] as a map with numbers; empty for one task, for very many, or where nothing is known.

    Args:
        cosines: of the gradients of each pair of tasks, mean over epochs; NaN where unknown.
        tasks: the K names.
    """
    off = cosines[~np.eye(len(tasks), dtype=bool)]
    if not 1 < len(tasks) <= MOST_TASKS or not np.isfinite(off).any():
        return Markup("")
    left = 34.0 + 6.2 * min(max(map(len, tasks)), LONGEST_NAME)
    parts = [part for row in range(len(tasks)) for part in _row(cosines, tasks, row, left)]
    for column in range(len(tasks)):
        x = left + CELL * (column + 0.5)
        parts.append(element("text", str(column + 1), x=x, y=CELL * len(tasks) + 15, text_anchor="middle"))
    size = left + CELL * len(tasks)
    return figure(size, CELL * len(tasks) + 22, "cosines of task gradients", parts, class_="cosines", style=_wide(size))


def _row(cosines: FloatArray, tasks: Sequence[str], row: int, left: float) -> list[Markup]:
    name = tasks[row] if len(tasks[row]) <= LONGEST_NAME else f"{tasks[row][: LONGEST_NAME - 1]}…"
    y = CELL * row
    told = element("title", f"{row + 1}: {tasks[row]}")
    parts = [element("text", told, f"{row + 1}  {name}", x=left - 8, y=y + CELL / 2 + 4, text_anchor="end")]
    for column in range(len(tasks)):
        value = cosines[row, column]
        if column == row or not np.isfinite(value):
            continue
        x, strength = left + CELL * column, float(min(abs(value), 1.0))
        pair = element("title", f"{tasks[row]} and {tasks[column]}: {value:+.3f}")
        kind = "agree" if value >= 0 else "conflict"
        shape = {"x": x + 1, "y": y + 1, "width": CELL - 2, "height": CELL - 2, "rx": 4}
        parts.append(element("rect", pair, **shape, class_=kind, fill_opacity=0.08 + 0.82 * strength))
        number = f"{value:+.2f}".replace("-", "−")
        middle = {"x": x + CELL / 2, "y": y + CELL / 2 + 4, "text_anchor": "middle"}
        parts.append(element("text", number, **middle, class_="cell strong" if strength > 0.55 else "cell"))
    return parts


def _wide(size: float) -> str:
    return f"max-width:{size:.0f}px"
