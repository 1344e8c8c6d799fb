"""Features to the encoder's inputs: fitted once, then row by row."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from pandas.testing import assert_frame_equal

from mtl.data.tokens import PADDING, UNKNOWN
from mtl.data.transforms import CategoricalColumn, Inputs, Transforms
from mtl.spec import FeaturesSpec, ModelSpec
from tests.mtl.data.patients import patients, spec
from tests.mtl.evaluation.cases import lightly

NAN = float("nan")
NUMBERS = st.lists(st.none() | st.floats(-1e6, 1e6), min_size=1, max_size=12)


def fitted() -> Transforms:
    study = spec()
    return Transforms.fit(study.features, study.model, patients())


def fit_number(values: object) -> Transforms:
    return Transforms.fit(FeaturesSpec(numeric=("x",)), ModelSpec(), pd.DataFrame({"x": values}))


def numeric(transforms: Transforms, values: object) -> NDArray[np.float32]:
    return transforms.apply(pd.DataFrame({"x": values})).numeric


def assert_same(one: Inputs, other: Inputs) -> None:
    for array in ("numeric", "codes", "tokens"):
        np.testing.assert_array_equal(getattr(one, array), getattr(other, array))
        assert getattr(one, array).dtype == getattr(other, array).dtype


def test_a_number_is_standardised_and_a_missing_one_is_the_median_with_an_indicator() -> None:
    # With the median for the missing one they are 1, 2, 2, 7: their mean is 3, their variance (4 + 1 + 1 + 16)/4.
    values, scale = [1.0, 2.0, None, 7.0], np.sqrt(5.5)
    expected = [[-2 / scale, 0], [-1 / scale, 0], [-1 / scale, 1], [4 / scale, 0]]
    np.testing.assert_allclose(numeric(fit_number(values), values), expected, rtol=1e-6)


@lightly
@given(NUMBERS)
def test_on_the_training_side_a_standardised_number_has_mean_0_and_spread_1_or_is_0(values: list[float | None]) -> None:
    column = numeric(fit_number(values), values)[:, 0].astype(np.float64)
    assert abs(column.mean()) < 1e-5
    assert column.std() == pytest.approx(1.0, abs=1e-5) or not column.any()


@lightly
@given(NUMBERS, st.sampled_from([1e-3, 0.5, 7.0, 1e4]), st.sampled_from([-100.0, 0.0, 3.0]))
def test_the_unit_of_a_number_does_not_matter(values: list[float | None], scale: float, shift: float) -> None:
    column = pd.Series(values, dtype=np.float64).round(3)
    one, other = fit_number(column), fit_number(column * scale + shift)
    np.testing.assert_allclose(numeric(one, column), numeric(other, column * scale + shift), atol=1e-3)


def test_an_infinite_number_counts_as_missing() -> None:
    assert fit_number([1.0, np.inf, 3.0, -np.inf]) == fit_number([1.0, None, 3.0, None])
    transforms = fit_number([1.0, 2.0, None])
    np.testing.assert_array_equal(numeric(transforms, [np.inf, 1e300]), numeric(transforms, [None, None]))


@pytest.mark.parametrize("value", [0.1, 0.0, -7.0, 1e30, 1e-30])
def test_a_number_that_never_varies_is_0_whatever_comes_later(value: float) -> None:
    transforms = fit_number([value] * 1000)
    assert transforms.numeric_width == 1
    assert not numeric(transforms, [value, value + 1, 1e30, None]).any()


def test_a_number_that_varies_by_rounding_alone_is_0() -> None:
    assert not numeric(fit_number([0.3, 0.1 + 0.2, 0.3]), [0.3, 0.4]).any()


def test_a_number_that_is_never_there_is_0_without_an_indicator() -> None:
    transforms = fit_number([None, NAN, np.inf])
    assert transforms.numeric_width == 1
    assert not numeric(transforms, [5e6, None]).any()


def test_the_indicators_follow_the_numbers_and_stand_for_columns_with_gaps_alone() -> None:
    table = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [None, 2.0, 3.0], "c": [1.0, None, 3.0]})
    transforms = Transforms.fit(FeaturesSpec(numeric=("a", "b", "c")), ModelSpec(), table)
    assert transforms.numeric_width == 5
    assert transforms.apply(table.iloc[1:2]).numeric[0, 3:].tolist() == [0, 1]
    later = pd.DataFrame({"a": [None], "b": [2.0], "c": [3.0]})
    assert transforms.apply(later).numeric[0].tolist() == transforms.apply(later.assign(a=2.0)).numeric[0].tolist()


def test_the_training_sides_categories_are_coded_from_1_and_all_else_is_0() -> None:
    table = pd.DataFrame({"city": ["Cork", "Aden", None, "Aden"]})
    transforms = Transforms.fit(FeaturesSpec(categorical=("city",)), ModelSpec(), table)
    later = pd.DataFrame({"city": ["Aden", "Cork", "Bonn", None, "aden", ""]})
    assert transforms.apply(later).codes[:, 0].tolist() == [1, 2, 0, 0, 0, 0]
    assert transforms.cardinalities == (3,)


@pytest.mark.parametrize("trained", ["int64", "float64", "Int64", "object", "category", "int64[pyarrow]"])
@pytest.mark.parametrize("later", ["int64", "float64", "Int64", "object", "category", "str"])
def test_the_type_of_a_column_of_categories_may_change(trained: str, later: str) -> None:
    floors = pd.DataFrame({"floor": [3, 1, 2, 10]})
    features = FeaturesSpec(categorical=("floor",))
    transforms = Transforms.fit(features, ModelSpec(), floors.astype({"floor": trained}))
    codes = transforms.apply(floors.astype({"floor": later})).codes
    assert codes[:, 0].tolist() == [4, 1, 3, 2]


def test_a_category_that_comes_as_text_is_known_by_the_number_or_truth_value_that_it_spells() -> None:
    column = CategoricalColumn("x", ("7", "True", "a"))
    assert [column.code(name) for name in ("7", "7.0", "07", "true", "a", "A", "8", None)] == [1, 1, 1, 2, 3, 0, 0, 0]


def test_categories_that_differ_as_text_stay_apart() -> None:
    column = CategoricalColumn("x", ("007", "7", "7.0"))
    assert [column.code(name) for name in column.values] == [1, 2, 3]


def test_a_word_of_too_few_training_texts_is_unknown_and_no_text_is_padding() -> None:
    table = pd.DataFrame({"note": ["much pain", "pain", "rash", None, ""]})
    model = ModelSpec(max_tokens=3, min_document_frequency=2)
    transforms = Transforms.fit(FeaturesSpec(text="note"), model, table)
    assert transforms.apply(table).tokens.tolist() == [
        [UNKNOWN, 2, PADDING],
        [2, PADDING, PADDING],
        [UNKNOWN, PADDING, PADDING],
        [PADDING] * 3,
        [PADDING] * 3,
    ]
    assert transforms.vocabulary_size == 3


def test_each_row_is_transformed_on_its_own() -> None:
    transforms, table = fitted(), patients(40, seed=1)
    together = transforms.apply(table)
    order = np.random.default_rng(0).permutation(len(table))
    shuffled = transforms.apply(table.iloc[order])
    assert_same(shuffled, Inputs(together.numeric[order], together.codes[order], together.tokens[order]))
    alone = transforms.apply(table.iloc[[7]])
    assert_same(alone, Inputs(together.numeric[[7]], together.codes[[7]], together.tokens[[7]]))


def test_codes_lie_below_their_number_and_every_input_is_finite() -> None:
    transforms, table = fitted(), patients(200, seed=1)
    table.loc[:50, "city"] = "elsewhere"
    table.loc[:50, "age"] = np.inf
    inputs = transforms.apply(table)
    assert len(inputs) == 200
    assert np.isfinite(inputs.numeric).all()
    assert (inputs.codes >= 0).all()
    assert (inputs.codes < transforms.cardinalities).all()
    assert (inputs.tokens >= 0).all()
    assert (inputs.tokens < transforms.vocabulary_size).all()
    assert inputs.numeric.shape[1] == transforms.numeric_width


def test_other_columns_and_their_order_do_not_matter_and_the_table_stays_as_it_was() -> None:
    transforms, table = fitted(), patients()
    before = table.copy()
    features = table[list(spec().features.columns)]
    assert_same(transforms.apply(table), transforms.apply(features[features.columns[::-1]]))
    assert_frame_equal(table, before)


def test_no_row_gives_no_row() -> None:
    inputs = fitted().apply(patients().iloc[:0])
    assert (inputs.numeric.shape, inputs.codes.shape, inputs.tokens.shape) == ((0, 4), (0, 1), (0, 6))


def test_parts_that_a_study_does_not_have_are_empty() -> None:
    inputs = fit_number([1.0, 2.0]).apply(pd.DataFrame({"x": [1.0]}))
    assert (inputs.codes.shape, inputs.tokens.shape) == ((1, 0), (1, 0))


def test_transforms_survive_json() -> None:
    transforms = fitted()
    again = Transforms.from_dict(json.loads(json.dumps(transforms.to_dict(), allow_nan=False)))
    assert again == transforms
    assert_same(again.apply(patients(seed=1)), transforms.apply(patients(seed=1)))
    without_text = replace(transforms, text=None)
    assert Transforms.from_dict(without_text.to_dict()) == without_text
