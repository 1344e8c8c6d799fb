import json
import re
from html import unescape

import numpy as np
import pytest

from mtl.report.web.curve_plot import HEIGHT, MOST_POINTS, WIDTH, Curve, curve_plot


def test_each_curve_is_a_line_and_its_kept_epoch_a_dot_that_says_so() -> None:
    told = curve_plot([Curve("one <model>", (0.1, 0.3, 0.2), kept=1), Curve("many", (0.2, 0.1, 0.0))], "r2")
    assert told.count("<path") == 2
    assert told.count("<circle") == 1
    assert "one &lt;model&gt;: kept epoch 1, 0.3" in told
    assert "<model>" not in told


def test_whoever_points_at_a_curve_is_told_the_values_of_the_run() -> None:
    told = curve_plot([Curve("one", (0.12345678, float("nan"), 0.2))], "r2")
    found = re.search('data-curves="([^"]*)"', told)
    assert found
    assert json.loads(unescape(found.group(1))) == [{"name": "one", "values": [0.12346, None, 0.2]}]


def test_values_that_are_not_known_leave_a_gap_and_nothing_at_all_no_plot() -> None:
    assert curve_plot([Curve("one", (0.1, float("nan"), 0.2, 0.3))], "r2").count("M") == 2
    assert curve_plot([Curve("one", (float("nan"),) * 3)], "r2") == ""
    assert curve_plot([], "r2") == ""


@pytest.mark.parametrize("values", [(0.5,), (0.5, 0.5), (1e-9, 2e-9), (-1e12, 1e12), (0.0, 0.0, 0.0)])
def test_points_stay_within_the_picture_whatever_the_values(values: tuple[float, ...]) -> None:
    told = curve_plot([Curve("one", values, kept=len(values) - 1)], "r2")
    for x, y in re.findall(r"[ML]([-\d.]+) ([-\d.]+)", told):
        assert 0 <= float(x) <= WIDTH
        assert 0 <= float(y) <= HEIGHT


def test_a_wild_first_epoch_does_not_flatten_the_rest() -> None:
    values = (-500.0, *np.linspace(0.1, 0.6, 99))
    told = curve_plot([Curve("one", values)], "r2")
    heights = [float(y) for _, y in re.findall(r"[ML]([-\d.]+) ([-\d.]+)", told)]
    assert max(heights[1:]) - min(heights[1:]) > 0.5 * HEIGHT


def test_a_long_curve_is_drawn_with_no_more_points_than_can_be_told_apart() -> None:
    told = curve_plot([Curve("one", tuple(np.linspace(0, 1, 5000)))], "r2")
    [drawn] = re.findall(' d="([^"]*)"', told)
    assert len(re.findall("[ML]", drawn)) == MOST_POINTS
