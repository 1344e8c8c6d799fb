"""A task on the page of a study: its words, its cells and its intervals, whatever is known of it."""

from dataclasses import replace
from typing import Any

import pytest
import yaml

from mtl.evaluation.comparison import Comparison, TaskComparison
from mtl.promotion.decision import Decision, TaskVerdict
from mtl.report.web.study_view import HEADINGS, TaskView, task_views
from mtl.spec import Spec, parse_spec
from mtl.study.deciding import Decided
from tests.mtl.promotion.cases import compared_on, make_comparison, make_difference, make_procedure
from tests.mtl.studies import SMALL

SPEC: Spec = parse_spec(yaml.safe_dump(SMALL))
NAN = float("nan")


def decided(comparison: Comparison | None, *verdicts: TaskVerdict) -> Decided:
    decision = Decision(False, verdicts, (), (), "Reject: it is not better.")
    basis: Any = None
    return Decided(basis, comparison, decision)


def undecided(task: str = "price") -> TaskVerdict:
    return TaskVerdict(task, "undecided", f"{task} +0.01 is not surely above 0")


def with_task(found: TaskComparison) -> Comparison:
    return replace(make_comparison(found.difference), tasks=(found,))


def view_of(found: TaskComparison, *causes: str) -> TaskView:
    [view], _ = task_views(SPEC, decided(with_task(found), undecided()), causes)
    return view


def test_cells_stand_under_their_headings() -> None:
    paired = make_difference()
    cells = dict(zip(HEADINGS, view_of(compared_on(paired)).cells, strict=True))
    assert cells == {
        "metric": "r2 ↑",
        "opponent": "network",
        "its value": "0.5000",
        "candidate": "0.5400",
        "gain": "+0.0400",
        "bounds": "[+0.0200, +0.0600]",
        "over fresh seeds": "+0.0400 [+0.0200, +0.0600]",
        "test labels": "400",
    }


def test_a_task_that_was_not_compared_has_dashes_and_says_so() -> None:
    [view], reach = task_views(SPEC, decided(None, undecided()), ())
    assert view.cells == ("–",) * len(HEADINGS)
    assert (view.plot, view.no_plot, view.short) == ("", "nothing was compared", True)
    assert reach == 3.0


def test_intervals_are_in_standard_errors_of_each_difference() -> None:
    paired = make_difference(lower=0.02, width=0.04)
    found = replace(compared_on(paired), procedure=replace(make_procedure(paired), rows_error=0.006, seeds_error=0.008))
    view = view_of(found)
    assert view.plot.count('class="mark own"') == view.plot.count('class="mark procedure"') == 1
    # The difference .04 is 4 standard errors of .01 for both: its mark is at 50 + 49 · 4 / 7 of the width.
    _, reach = task_views(SPEC, decided(with_task(found), undecided()), ())
    assert reach == 7.0
    assert view.plot.count('cx="78.00%"') == 2


@pytest.mark.parametrize(
    "paired", [make_difference(lower=NAN), replace(make_difference(), standard_error=0.0), make_difference(width=NAN)]
)
def test_an_interval_that_is_not_known_is_not_drawn(paired: Any) -> None:  # noqa: ANN401
    view = view_of(replace(compared_on(paired), procedure=None))
    assert view.plot == ""
    assert view.no_plot in ("nothing was compared", "no interval: resamples of these rows do not differ")


def test_causes_of_the_task_alone_are_told_with_a_capital() -> None:
    told = ("price: task conflict with sold.", "sold: a lucky seed.", "price: what was measured shows no cause.")
    assert view_of(compared_on(make_difference()), *told).causes == ("Task conflict with sold.",)


def test_too_little_data_is_left_to_the_hint_which_says_how_many() -> None:
    view = view_of(compared_on(make_difference(lower=-0.01)), "price: too little data: 400 test labels.")
    assert view.causes == ()
    assert view.hint.startswith("About 4 times as many test labels")


def test_tasks_keep_the_order_of_the_verdicts_and_share_a_scale() -> None:
    comparison = make_comparison(make_difference(), make_difference("sold", lower=-0.4))
    views, reach = task_views(SPEC, decided(comparison, undecided("sold"), undecided("price")), ())
    assert [view.name for view in views] == ["sold", "price"]
    assert reach == 12.0
