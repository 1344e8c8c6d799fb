"""Options: a spec's values become an entry, or one line says what is wrong."""

import re

import pytest

from mtl.catalog import Catalog
from mtl.entry_docs import described, listed, summary
from mtl.errors import SpecError
from mtl.extensions import BASELINES, SCHEMES, SHARING
from mtl.models.sharing.mmoe import Mmoe
from mtl.options import OptionError, make, not_default, plain_options, settable
from mtl.weighting.scheme import Scheme
from mtl.weighting.schemes.cagrad import CaGrad
from mtl.weighting.schemes.dwa import Dwa
from mtl.weighting.schemes.fixed import Fixed
from mtl.weighting.schemes.hierarchical import Hierarchical
from mtl.weighting.schemes.mgda import Mgda

TASKS = ["price", "stars"]


def made(name: str, options: dict[str, object]) -> Scheme:
    return make(SCHEMES.get(name), options, TASKS, depths=[0, 1])


def test_options_left_out_take_their_default() -> None:
    assert made("dwa", {}) == Dwa(temperature=2.0)
    assert made("dwa", {"temperature": 3}) == Dwa(temperature=3.0)
    assert made("mgda", {"normaliser": "loss+"}) == Mgda(normaliser="loss+")


def test_values_by_task_are_named_in_any_order() -> None:
    assert made("fixed", {"weights": {"stars": 2, "price": 0.5}}) == Fixed((0.5, 2.0))


def test_what_the_task_tree_says_is_not_asked_of_a_spec() -> None:
    assert made("hierarchical", {"gamma": 0.3}) == Hierarchical(depths=(0, 1), gamma=0.3)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("dwa", {"temprature": 1}, "'temprature': unknown key; did you mean 'temperature'? allowed: name, temperature"),
        ("equal", {"c": 1}, "option 'c': unknown key; allowed: name"),
        ("hierarchical", {"depths": [0, 1]}, "option 'depths': unknown key; allowed: name, gamma"),
        ("dwa", {"temperature": -1}, "option 'temperature': input should be greater than 0; got -1"),
        ("dwa", {"temperature": True}, "input should be a valid number; got True"),
        ("dwa", {"temperature": "hot"}, "input should be a valid number; got 'hot'"),
        ("dwa", {"temperature": float("inf")}, "input should be a finite number; got inf"),
        ("smooth_tchebycheff", {"warmup_epochs": 1.5}, "input should be a valid integer; got 1.5"),
        ("mgda", {"normaliser": "los"}, "expected one of none, l2, loss, loss+; did you mean 'loss'? got 'los'"),
        ("fixed", {}, "option 'weights': this option is required"),
        ("fixed", {"weights": [1, 2]}, "expected a mapping from task to value; got [1, 2]"),
        ("fixed", {"weights": {"price": 1}}, "no value for stars; every task must be named"),
        ("fixed", {"weights": {"price": 1, "star": 1}}, "no task is named star; did you mean 'stars'? tasks: price"),
        ("fixed", {"weights": {"price": 1, "stars": -2}}, "input should be greater than or equal to 0; got -2"),
    ],
)
def test_a_mistake_is_one_line_that_names_the_option(name: str, options: dict[str, object], message: str) -> None:
    with pytest.raises(OptionError, match=re.escape(message)) as raised:
        made(name, options)
    assert "\n" not in str(raised.value)
    assert isinstance(raised.value, SpecError)


@pytest.mark.parametrize("catalog", [SCHEMES, SHARING], ids=lambda catalog: catalog.idea)
def test_plain_options_make_the_same_entry_again(catalog: Catalog[type]) -> None:
    for name, kind in catalog.items():
        told = {"weights": {"price": 1.0, "stars": 2.0}} if name == "fixed" else {}
        entry: object = make(kind, told, TASKS, depths=[0, 1])
        assert plain_options(entry).keys() == {option.name for option in settable(kind)}
        if not told:
            assert make(kind, plain_options(entry), TASKS, depths=[0, 1]) == entry


def test_only_what_is_not_the_default_is_worth_showing() -> None:
    assert not_default(Mmoe, {"experts": 4}) == {}
    assert not_default(Mmoe, {"experts": 8}) == {"experts": 8}
    assert not_default(Fixed, {"weights": {"price": 1}}) == {"weights": {"price": 1}}


def test_every_entry_says_what_it_does_in_one_line() -> None:
    kinds: list[type] = [*(kind for _, kind in SCHEMES.items()), *(kind for _, kind in SHARING.items())]
    assert all(summary(kind).endswith(".") for kind in kinds)


def test_options_are_listed_with_their_defaults() -> None:
    assert [listed(kind) for kind in (CaGrad, Hierarchical, Fixed)] == ["c = 0.5", "gamma = 0.5", "weights"]
    assert listed(SHARING.get("hard")) == "–"


def test_a_description_may_take_several_lines() -> None:
    assert described(Mmoe) == {"experts": "number of experts, each as wide as the trunk."}
    assert described(SCHEMES.get("fairgrad"))["alpha"].endswith("always converge on badly scaled gradients.")


def test_a_description_of_what_is_inherited_is_inherited_and_a_class_s_promises_are_no_options() -> None:
    trees, light = (described(BASELINES.get(name)) for name in ("boosted_trees", "lightgbm"))
    assert trees == light
    assert trees["min_samples_leaf"] == "training rows that a leaf holds at least."
    assert listed(BASELINES.get("lightgbm")).startswith("iterations = 2000, learning_rate = 0.05, max_leaf_nodes = 31")
    assert described(BASELINES.get("network")) == {}
