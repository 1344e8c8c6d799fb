"""What was promised and what was seen since, on one scale: right of the line is better."""

import re
from dataclasses import replace

import numpy as np
from markupsafe import Markup

from mtl.monitoring.observing import TaskFinding
from mtl.report.web.monitor_view import promise_plots
from tests.mtl.monitoring.streams import promised

CALM = TaskFinding(
    "weight", "linear", 900, -0.03, (-0.05, -0.01), 0.01, 0.2, 40.0, "", promised().difference, promised=(-0.02, 0.01)
)


def centres(plot: Markup | str) -> list[float]:
    return [float(found) for found in re.findall(r'<circle cx="([0-9.]+)%"', plot)]


def plot_of(finding: TaskFinding) -> Markup | str:
    [(_, plot, _)] = promise_plots([finding]).tasks
    return plot


def test_a_loss_that_is_saved_stands_right_of_the_line_as_promised_and_since() -> None:
    plot = plot_of(CALM)
    before, since = centres(plot)
    assert 50 < before < since
    assert "promised: +0.02 [+0.0004, +0.0396]" in plot
    assert "since: +0.03 [+0.01, +0.05]" in plot
    worse = centres(plot_of(replace(CALM, difference=0.03, interval=(0.01, 0.05), alarmed_at="2024-05-01")))
    assert worse[0] > 50 > worse[1]


def test_tasks_of_other_units_stand_on_one_scale() -> None:
    metres = replace(CALM, difference=-30.0, interval=(-50.0, -10.0), promised=(-20.0, 10.0))
    plots = promise_plots([CALM, metres])
    assert centres(plots.tasks[0][1]) == centres(plots.tasks[1][1])
    assert plots.scale.count("<text") > 2


def test_what_is_tolerated_is_a_line_left_of_zero_if_it_is_more_than_nothing() -> None:
    [at] = re.findall(r'<line x1="([0-9.]+)%"[^>]*class="allowed"', plot_of(CALM))
    assert 0 < float(at) < 50
    assert 'class="allowed"' not in plot_of(replace(CALM, tolerance=0.0))


def test_without_labels_the_promise_stands_alone() -> None:
    unseen = replace(CALM, labels=0, difference=np.nan, interval=(-1.0, 1.0))
    assert len(centres(plot_of(unseen))) == 1


def test_an_interval_that_is_beyond_the_scale_is_cut_off_with_an_arrow() -> None:
    plot = plot_of(replace(CALM, labels=3, interval=(-9.0, 9.0)))
    assert ("◂" in plot, "▸" in plot) == (True, True)


def test_a_promise_without_a_standard_error_has_no_picture_and_says_so() -> None:
    plots = promise_plots([replace(CALM, promised=(0.1, np.nan)), replace(CALM, promised=(0.1, 0.0))])
    assert {plot for _, plot, _ in plots.tasks} == {"no picture: what was promised has no standard error"}
    assert plots.scale == ""
