import struct
import subprocess
import sys

import numpy as np
import pytest
from matplotlib.figure import Figure

from mtl.evaluation.comparison import Comparison
from mtl.report.plots import BELOW, cosines_figure, differences_figure, png, weights_figure
from tests.mtl.evaluation.studies import make_study
from tests.mtl.promotion.cases import make_evidence


def drawn(figure: Figure) -> bytes:
    """The image, after checks that it is one and has a size that can be read."""
    image = png(figure)
    assert image.startswith(b"\x89PNG\r\n")
    width, height = struct.unpack(">II", image[16:24])
    assert width > 300
    assert height > 150
    return image


def test_differences_are_drawn_where_they_are() -> None:
    comparison = make_study().compared()
    figure = differences_figure(comparison, margin=0.05)
    for axes, each in zip(figure.axes, comparison.tasks, strict=True):
        lines = {line.get_label(): np.asarray(line.get_xdata()).tolist() for line in axes.lines}
        assert lines["this run"] == [each.difference.difference]
        assert lines["mean over seeds"] == [each.seed_mean_difference]
        assert [each.difference.lower, each.difference.upper] in lines.values()
        assert [0.05, 0.05] in lines.values()
        assert axes.get_yticklabels()[0].get_text() == f"{each.task}\n({each.difference.metric})"
    drawn(figure)


def test_the_mean_over_fresh_seeds_has_its_bounds_beside_those_of_the_run() -> None:
    comparison = make_evidence().comparison
    assert comparison is not None
    for axes, each in zip(differences_figure(comparison).axes, comparison.tasks, strict=True):
        assert each.procedure is not None
        lines = [(np.asarray(line.get_xdata()).tolist(), np.asarray(line.get_ydata()).tolist()) for line in axes.lines]
        assert ([each.procedure.lower, each.procedure.upper], [BELOW, BELOW]) in lines


def test_a_difference_that_is_undefined_is_said_to_be() -> None:
    study = make_study()
    study.predictions[study.candidate]["price"][0] = np.nan
    figure = differences_figure(study.compared())
    assert [text.get_text() for text in figure.axes[0].texts] == ["undefined"]
    assert [text.get_text() for text in figure.axes[1].texts] == []
    drawn(figure)


def test_no_tasks_give_an_empty_picture() -> None:
    comparison = make_study().compared()
    figure = differences_figure(Comparison(comparison.candidate, {}, (), comparison.champion))
    assert not any(axes.lines or axes.texts or axes.patches for axes in figure.axes)
    drawn(figure)


@pytest.mark.parametrize("schemes", [0, 1, 4])
def test_weights_have_a_panel_per_scheme_and_a_line_per_task(schemes: int) -> None:
    weights = {f"scheme {index}": np.full((5, 3), 1.0 + index) for index in range(schemes)}
    figure = weights_figure(weights, ("a", "b", "c"))
    assert [axes.get_title() for axes in figure.axes if axes.lines] == list(weights)
    for axes, values in zip(figure.axes, weights.values(), strict=False):
        assert [line.get_label() for line in axes.lines] == ["a", "b", "c"]
        assert axes.get_ylim()[1] > values.max()
    drawn(figure)


def test_a_task_that_was_not_seen_leaves_a_gap() -> None:
    weights = np.full((4, 2), 0.5)
    weights[1:3, 1] = np.nan
    figure = weights_figure({"equal": weights}, ("a", "b"))
    seen, unseen = (np.asarray(line.get_ydata(), dtype=float) for line in figure.axes[0].lines)
    assert np.isfinite(seen).all()
    assert np.isnan(unseen).tolist() == [False, True, True, False]
    drawn(figure)
    drawn(weights_figure({"equal": np.full((4, 2), np.nan)}, ("a", "b")))


def test_one_epoch_can_be_seen() -> None:
    figure = weights_figure({"equal": np.ones((1, 2))}, ("a", "b"))
    assert all(line.get_marker() == "o" for line in figure.axes[0].lines)


def test_cosines_leave_out_a_task_with_itself() -> None:
    cosines = np.array([[[1.0, -0.5, 0.1], [-0.5, 1.0, np.nan], [0.1, np.nan, 1.0]]] * 4)
    cosines[3] = np.nan
    figure = cosines_figure(cosines, ("a", "b", "c"))
    over_epochs, by_pair = figure.axes
    assert over_epochs.lines[0].get_ydata() == pytest.approx([-0.2, -0.2, -0.2, np.nan], nan_ok=True)
    assert sorted(text.get_text() for text in by_pair.texts) == ["-0.50", "-0.50", "0.10", "0.10"]
    drawn(figure)


def test_ten_tasks_are_told_apart() -> None:
    figure = weights_figure({"equal": np.ones((3, 10))}, [f"task {index}" for index in range(10)])
    looks = {(line.get_color(), line.get_linestyle()) for line in figure.axes[0].lines}
    assert len(looks) == 10


@pytest.mark.slow
def test_matplotlib_is_imported_when_a_picture_is_asked_for_and_pyplot_never() -> None:
    code = (
        "import sys, numpy as np; from mtl.report.plots import png, weights_figure;"
        "early = 'matplotlib' in sys.modules; png(weights_figure({'equal': np.ones((2, 1))}, ['a']));"
        "sys.exit(early or 'matplotlib.pyplot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
