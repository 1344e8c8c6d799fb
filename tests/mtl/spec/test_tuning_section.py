"""How much is tuned, and in which ranges: what an author may say, and what is wrong with it."""

import pytest

from mtl.errors import SpecError
from mtl.ranges import Range
from mtl.spec import parse_spec
from mtl.spec.tuning_section import TuningSpec
from tests.mtl.spec.texts import changed


def test_nothing_is_tuned_unless_it_is_asked_for() -> None:
    assert parse_spec(changed(""), "rows.yaml").tuning.trials == 0


def test_a_range_of_the_spec_replaces_the_bounds_alone() -> None:
    told = TuningSpec.model_validate({"trials": 3, "ranges": {"boosted_trees": {"max_leaf_nodes": [2, 8]}}})
    ranges = told.ranges_of("boosted_trees")
    assert ranges["max_leaf_nodes"] == Range(2, 8, log=True, whole=True)
    assert ranges["l2"] == TuningSpec().ranges_of("boosted_trees")["l2"]
    assert told.ranges_of("network") == TuningSpec().ranges_of("network")
    assert told.ranges_of("linear") == {}


@pytest.mark.parametrize(
    ("ranges", "mistake"),
    [
        (
            "{netwrok: {l2: [0.1, 1]}}",
            "tuning.ranges.netwrok: expected one of boosted_trees, lightgbm, linear, network;"
            " did you mean 'network'? got 'netwrok'",
        ),
        (
            "{network: {learning_rat: [0.1, 1]}}",
            "tuning.ranges.network.learning_rat: 'learning_rat' is not tuned; did you mean 'learning_rate'?"
            " allowed: learning_rate, l2, dropout, trunk",
        ),
        ("{linear: {iterations: [1, 2]}}", "tuning.ranges.linear.iterations: 'iterations' is not tuned; allowed: none"),
        (
            "{network: {learning_rate: [0.1, 0.01]}}",
            "tuning.ranges.network.learning_rate: expected a lower bound below the upper one; got 0.1 and 0.01",
        ),
        (
            "{network: {dropout: [0.1, 1]}}",
            "tuning.ranges.network.dropout: expected an upper bound below 1; got 1",
        ),
        (
            "{boosted_trees: {max_leaf_nodes: [1, 9]}}",
            "tuning.ranges.boosted_trees.max_leaf_nodes: input should be greater than or equal to 2; got 1",
        ),
    ],
)
def test_a_mistake_in_a_range_is_told_with_its_key(ranges: str, mistake: str) -> None:
    with pytest.raises(SpecError) as error:
        parse_spec(changed(f"tuning: {{trials: 3, ranges: {ranges}}}\n"), "rows.yaml")
    assert mistake in str(error.value)


def test_a_number_of_trials_is_not_negative() -> None:
    with pytest.raises(SpecError, match=r"tuning\.trials: input should be greater than or equal to 0; got -1"):
        parse_spec(changed("tuning: {trials: -1}\n"), "rows.yaml")
