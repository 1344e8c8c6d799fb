import numpy as np

from mtl.report.web.cosine_plot import MOST_TASKS, cosine_plot

COSINES = np.array([[1.0, -0.42, np.nan], [-0.42, 1.0, 0.9], [np.nan, 0.9, 1.0]])


def test_each_pair_that_is_known_is_a_cell_with_its_number_twice() -> None:
    told = cosine_plot(COSINES, ["a", "b", "c"])
    assert told.count("<rect") == 4
    assert told.count(">−0.42</text>") == told.count(">+0.90</text>") == 2
    assert told.count('class="conflict"') == told.count('class="agree"') == 2


def test_names_are_escaped_and_long_ones_are_told_whole_to_whoever_points_at_them() -> None:
    told = cosine_plot(COSINES, ["a" * 60, "<b>", "c"])
    assert "a" * 60 in told
    assert "a" * 17 + "…" in told
    assert "<b>" not in told


def test_one_task_very_many_or_nothing_known_is_no_picture() -> None:
    many = MOST_TASKS + 1
    assert cosine_plot(np.ones((1, 1)), ["a"]) == ""
    assert cosine_plot(np.ones((many, many)), ["a"] * many) == ""
    assert cosine_plot(np.full((2, 2), np.nan), ["a", "b"]) == ""
