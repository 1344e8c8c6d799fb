"""A backtest as a picture."""

from dataclasses import replace

import numpy as np

from mtl.report.backtest_plot import backtest_figure
from tests.mtl.backtest.replays import make_backtest
from tests.mtl.report.test_plots import drawn


def test_each_task_has_a_panel_with_a_line_per_policy() -> None:
    figure = backtest_figure(make_backtest())
    assert [axes.get_ylabel() for axes in figure.axes] == ["price\n(r2 ↑)", "age\n(r2 ↑)"]
    lines = {line.get_label(): np.asarray(line.get_ydata()).tolist() for line in figure.axes[0].lines}
    assert lines["champion"] == [0.5, 0.6, 0.4]
    assert lines["newest"] == [0.52, 0.6, 0.45]
    assert lines["baselines"] == [0.5, 0.55, 0.5]
    drawn(figure)


def test_a_promotion_is_marked_where_it_took_effect() -> None:
    figure = backtest_figure(make_backtest())
    (mark,) = [line for line in figure.axes[1].lines if line.get_label() == "promotion"]
    assert list(np.asarray(mark.get_xdata())) == [1, 1]
    assert [text.get_text() for text in figure.legends[0].get_texts()].count("promotion") == 1


def test_a_window_without_a_value_breaks_the_line() -> None:
    found = make_backtest()
    last = replace(found.ticks[2], following=())
    figure = backtest_figure(replace(found, ticks=(*found.ticks[:2], last)))
    lines = {line.get_label(): np.asarray(line.get_ydata()) for line in figure.axes[0].lines}
    assert np.isnan(lines["champion"][2])
    drawn(figure)
