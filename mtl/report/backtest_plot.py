"""A backtest as a picture: each task's metric over the windows after the decisions, promotions marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mtl.backtest.following import BASELINES, CHAMPION, NEWEST, TaskFollowing
from mtl.report.plots import COLOURS, name_marks, panels
from mtl.report.tables import metric_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from mtl.backtest.replayed import Backtest, Replayed

STYLES = {BASELINES: (COLOURS[0], "-", "o"), NEWEST: (COLOURS[1], "--", "s"), CHAMPION: (COLOURS[6], ":", "x")}
"""Colour, line and mark: the champion is drawn last, over what it coincides with."""


def backtest_figure(found: Backtest) -> Figure:
    """One panel per task; a line per policy, broken where a value is not known; a bar where a promotion took effect."""
    figure, rows = panels(len(found.summaries), 1, width=8.0, height=2.2)
    for axes, summary in zip(rows, found.summaries, strict=False):
        _draw(axes, found, summary.task)
        axes.set_ylabel(f"{summary.task}\n({metric_label(summary.metric)})")
    rows[-1].set_xlabel("first day of the window after the decision")
    figure.suptitle(f"{found.title}: what served after each of {len(found.ticks)} retrains")
    name_marks(figure, rows)
    return figure


def _draw(axes: Axes, found: Backtest, task: str) -> None:
    days = [str(tick.tick.decided_on) for tick in found.ticks]
    windows = [_on(tick, task) for tick in found.ticks]
    for policy, (colour, line, mark) in STYLES.items():
        values = [each.values.get(policy, np.nan) if each else np.nan for each in windows]
        axes.plot(days, values, label=policy, color=colour, linestyle=line, marker=mark)
    for position, tick in enumerate(found.ticks):
        if tick.decision.promote:
            axes.axvline(position, color=COLOURS[2], linewidth=3.0, alpha=0.4, label="promotion")
    axes.tick_params(axis="x", labelrotation=30)


def _on(tick: Replayed, task: str) -> TaskFollowing | None:
    return next((each for each in tick.following if each.task == task), None)
