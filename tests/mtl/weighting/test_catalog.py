import re

import pytest

from mtl.errors import SpecError
from mtl.weighting.catalog import CATALOG, build, describe, names
from mtl.weighting.scheme import Needs, Scheme
from mtl.weighting.schemes.dwa import Dwa
from mtl.weighting.schemes.fixed import Fixed
from mtl.weighting.schemes.hierarchical import Hierarchical
from mtl.weighting.schemes.mgda import Mgda

TASKS = ["price", "stars"]


def _build(name: str, options: dict[str, object]) -> Scheme:
    return build(name, options, TASKS, depths=[0, 1])


def test_options_left_out_take_their_default() -> None:
    assert _build("dwa", {}) == Dwa(temperature=2.0)
    assert _build("dwa", {"temperature": 3}) == Dwa(temperature=3.0)
    assert _build("mgda", {"normaliser": "loss+"}) == Mgda(normaliser="loss+")


def test_fixed_weights_are_named_by_task_in_any_order() -> None:
    assert _build("fixed", {"weights": {"stars": 2, "price": 0.5}}) == Fixed((0.5, 2.0))


def test_hierarchical_takes_the_depths_from_the_task_tree() -> None:
    assert _build("hierarchical", {"gamma": 0.3}) == Hierarchical(depths=(0, 1), gamma=0.3)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("nahs", {}, "unknown scheme 'nahs', did you mean 'nash'?; allowed: equal, fixed,"),
        ("dwa", {"temprature": 1}, "'dwa' has no option 'temprature', did you mean 'temperature'?; allowed: temper"),
        ("equal", {"c": 1}, "scheme 'equal' has no option 'c'; allowed: none"),
        ("hierarchical", {"depths": [0, 1]}, "scheme 'hierarchical' has no option 'depths'; allowed: gamma"),
        ("dwa", {"temperature": -1}, "option 'temperature' of scheme 'dwa': input should be greater than 0, got -1"),
        ("dwa", {"temperature": True}, "input should be a valid number, got True"),
        ("dwa", {"temperature": "hot"}, "input should be a valid number, got 'hot'"),
        ("dwa", {"temperature": float("inf")}, "input should be a finite number, got inf"),
        ("smooth_tchebycheff", {"warmup_epochs": 1.5}, "input should be a valid integer, got 1.5"),
        ("mgda", {"normaliser": "l3"}, "input should be 'none', 'l2', 'loss' or 'loss+', got 'l3'"),
        ("fixed", {}, "option 'weights' of scheme 'fixed' is missing"),
        ("fixed", {"weights": [1, 2]}, "expected a mapping from task to value, got [1, 2]"),
        ("fixed", {"weights": {"price": 1}}, "no value for task stars; every task must be named"),
        ("fixed", {"weights": {"price": 1, "star": 1}}, "unknown task 'star', did you mean 'stars'?; tasks: price"),
        ("fixed", {"weights": {"price": 1, "stars": -2}}, "input should be greater than or equal to 0, got -2"),
    ],
)
def test_a_mistake_in_a_spec_is_one_line_that_names_it(name: str, options: dict[str, object], message: str) -> None:
    with pytest.raises(SpecError, match=re.escape(message)) as raised:
        _build(name, options)
    assert "\n" not in str(raised.value)


def test_the_table_has_a_row_for_every_scheme() -> None:
    rows = describe()
    assert tuple(row.name for row in rows) == names() == tuple(CATALOG)
    for row in rows:
        assert row.needs in {needs.value for needs in Needs}
        assert row.paper
        assert row.summary.endswith(".")
        assert "\n" not in row.summary
    by_name = {row.name: row for row in rows}
    assert by_name["cagrad"].options == "c = 0.5"
    assert by_name["cagrad"].needs == "gramian"
    assert by_name["hierarchical"].options == "gamma = 0.5"
    assert by_name["fixed"].options == "weights"
    assert "arXiv 2110.14048" in by_name["cagrad"].paper
