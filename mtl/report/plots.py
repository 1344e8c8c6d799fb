"""Pictures of the evidence: labelled, told apart by colour and line, in colours that the colour-blind tell apart.

Figures are made without pyplot, which would keep global state, and matplotlib is imported when a picture is asked for.
The colours are those of M. Okabe and K. Ito (2008), Color Universal Design.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from mtl.evaluation.comparison import Comparison, TaskComparison
from mtl.evaluation.truth import FloatArray
from mtl.study.diagnostics import mean_of_known

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
BELOW = -0.5
"""Where the mean over seeds is drawn, below the run at 0, that their bounds can be told apart."""

LINES = ("-", "--", ":", "-.")


def png(figure: Figure) -> bytes:
    """A figure as a PNG image."""
    image = io.BytesIO()
    figure.savefig(image, format="png", dpi=120)
    return image.getvalue()


def differences_figure(comparison: Comparison, margin: float = 0.0) -> Figure:
    """Candidate − baseline with its interval, one row per task, each in the units of its metric.

    Below it the same in the mean over fresh seeds, on which a decision rests, too.

    Args:
        comparison: the evidence on the test side.
        margin: what the lower bound must exceed; drawn beside zero when it is not zero.
    """
    figure, rows = panels(len(comparison.tasks), 1, width=7.0, height=0.9)
    for axes, each in zip(rows, comparison.tasks, strict=False):
        _draw_difference(axes, each, margin)
    confidence = sorted({f"{100 * each.difference.confidence:.4g} %" for each in comparison.tasks})
    figure.suptitle(f"{comparison.candidate} against its baselines, one-sided bounds at {', '.join(confidence)}")
    rows[-1].set_xlabel("difference in units of the metric; right of the line the candidate is better")
    name_marks(figure, rows)
    return figure


def weights_figure(weights: Mapping[str, FloatArray], tasks: Sequence[str]) -> Figure:
    """Task weights over epochs, one panel per scheme on a common scale.

    Args:
        weights: scheme → mean weights of each epoch, shape [epochs, K].
        tasks: the K task names.
    """
    columns = min(3, max(1, len(weights)))
    figure, each_scheme = panels(-(-len(weights) // columns), columns, width=4.0 * columns, height=2.6)
    known = np.concatenate([values[np.isfinite(values)] for values in weights.values()] + [np.zeros(1), np.ones(1)])
    for axes, (scheme, values) in zip(each_scheme, weights.items(), strict=False):
        _draw_lines(axes, values, tasks)
        axes.set(title=scheme, xlabel="epoch", ylabel="task weight", ylim=(1.05 * known.min(), 1.05 * known.max()))
    for axes in each_scheme[len(weights) :]:
        axes.set_axis_off()
    name_marks(figure, each_scheme[:1])
    return figure


def cosines_figure(cosines: FloatArray, tasks: Sequence[str]) -> Figure:
    """How far task gradients agree: each task with the others over epochs, and each pair on average.

    Args:
        cosines: cosines of the task gradients, mean of each epoch, shape [epochs, K, K]; NaN where unknown.
        tasks: the K task names.
    """
    figure, (over_epochs, by_pair) = panels(1, 2, width=10.0, height=4.0)
    others = np.where(np.eye(len(tasks), dtype=bool), np.nan, cosines)
    _draw_lines(over_epochs, mean_of_known(others, axis=2), tasks)
    over_epochs.axhline(0.0, color="0.5", linewidth=0.8)
    over_epochs.set(title="each task with the others", xlabel="epoch", ylabel="mean gradient cosine", ylim=(-1.0, 1.0))
    _draw_matrix(by_pair, mean_of_known(others, axis=0), tasks)
    by_pair.set_title("each pair, mean of all epochs")
    name_marks(figure, [over_epochs])
    return figure


def panels(rows: int, columns: int, width: float, height: float) -> tuple[Figure, list[Axes]]:
    """An empty figure and its panels, row by row; sizes in inches, `height` of each row."""
    from matplotlib.figure import Figure  # noqa: PLC0415  # slow to import, and only pictures need it

    figure = Figure(figsize=(width, max(rows, 1) * height + 1.2), layout="constrained")
    return figure, list(figure.subplots(max(rows, 1), columns, squeeze=False).flat)


def _draw_difference(axes: Axes, each: TaskComparison, margin: float) -> None:
    paired = each.difference
    axes.axvline(0.0, color="0.5", linewidth=0.8)
    if margin:
        axes.axvline(margin, color="0.5", linewidth=0.8, linestyle="--")
    if np.isfinite([paired.lower, paired.difference, paired.upper]).all():
        axes.plot([paired.lower, paired.upper], [0.0, 0.0], color=COLOURS[0], linewidth=2.0)
        axes.plot(paired.difference, 0.0, "o", color=COLOURS[0], label="this run")
        mean = each.procedure
        below = BELOW if mean else 0.0
        bounds = [mean.lower, mean.upper] if mean else []
        axes.plot(bounds, [below] * len(bounds), color=COLOURS[1], linewidth=2.0)
        axes.plot(each.seed_mean_difference, below, "x", color=COLOURS[1], label="mean over seeds")
        shown = np.abs([paired.lower, paired.upper, margin, each.seed_mean_difference, *bounds])
        reach = 1.15 * max(float(np.nanmax(shown)), 1e-12)
        axes.set_xlim(-reach, reach)
    else:
        axes.text(0.5, 0.5, "undefined", transform=axes.transAxes, ha="center", va="center")
    axes.set_yticks([0.0], [f"{each.task}\n({paired.metric})"])


def _draw_lines(axes: Axes, values: FloatArray, tasks: Sequence[str]) -> None:
    """One line per task; values [epochs, K]."""
    axes.locator_params(axis="x", integer=True)
    for index, task in enumerate(tasks):
        colour, line = COLOURS[index % len(COLOURS)], LINES[index % len(LINES)]
        marker = "o" if len(values) == 1 else None  # a line through one point cannot be seen
        axes.plot(np.arange(len(values)), values[:, index], label=task, color=colour, linestyle=line, marker=marker)


def _draw_matrix(axes: Axes, values: FloatArray, tasks: Sequence[str]) -> None:
    """Values [K, K] in [−1, 1] as a map with numbers."""
    axes.imshow(values, vmin=-1.0, vmax=1.0, cmap="PuOr")
    axes.set_xticks(range(len(tasks)), tasks, rotation=45, ha="right")
    axes.set_yticks(range(len(tasks)), tasks)
    for (row, column), value in np.ndenumerate(values):
        if np.isfinite(value):
            axes.text(column, row, f"{value:.2f}", ha="center", va="center", color="white" if abs(value) > 0.6 else "k")


def name_marks(figure: Figure, marked: Sequence[Axes]) -> None:
    """One legend below all panels, of the marks of some of them, each name once."""
    named = {name: handle for axes in marked for handle, name in zip(*axes.get_legend_handles_labels(), strict=True)}
    if named:
        columns = min(6, len(named))
        figure.legend(named.values(), named.keys(), loc="outside lower center", ncols=columns, frameon=False)
