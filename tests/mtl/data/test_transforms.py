"""Features to the encoder's inputs: fitted once, then row by row."""

import json

import numpy as np
import pandas as pd
from pandas.testing import assert_frame_equal

from mtl.data.transforms import Transforms
from mtl.extensions import FEATURES
from mtl.features.inputs import Inputs
from mtl.spec import FeaturesSpec, ModelSpec
from tests.mtl.data.patients import patients, spec


def fitted() -> Transforms:
    study = spec()
    return Transforms.fit(study.features, study.model, patients())


def assert_same(one: Inputs, other: Inputs) -> None:
    assert list(one.arrays) == list(other.arrays)
    for kind, array in one.arrays.items():
        np.testing.assert_array_equal(array, other.arrays[kind])
        assert array.dtype == other.arrays[kind].dtype


def test_kinds_with_nothing_to_learn_come_first_whatever_the_order_in_the_spec() -> None:
    table = pd.DataFrame({kind: ["1", "2"] for kind in FEATURES.names})
    for kinds in (FEATURES.names, FEATURES.names[::-1]):
        made = Transforms.fit(FeaturesSpec({kind: (kind,) for kind in kinds}), ModelSpec(), table)
        learned = [feature.learned for feature in made.features.values()]
        assert learned == sorted(learned)
        known = ("boolean", "categorical", "datetime", "numeric", "text")
        of_today = [kind for kind in made.features if kind in known]
        assert of_today == ["boolean", "datetime", "numeric", "categorical", "text"]
        assert [feature.columns for feature in made.features.values()] == [(kind,) for kind in made.features]


def test_each_row_is_transformed_on_its_own() -> None:
    transforms, table = fitted(), patients(40, seed=1)
    together = transforms.apply(table)
    order = np.random.default_rng(0).permutation(len(table))
    assert_same(transforms.apply(table.iloc[order]), together.rows(order))
    assert_same(transforms.apply(table.iloc[[7]]), together.rows(np.array([7])))
    assert len(together) == 40


def test_other_columns_and_their_order_do_not_matter_and_the_table_stays_as_it_was() -> None:
    transforms, table = fitted(), patients()
    before = table.copy()
    features = table[list(spec().features.columns)]
    assert_same(transforms.apply(table), transforms.apply(features[features.columns[::-1]]))
    assert_frame_equal(table, before)


def test_no_row_gives_no_row() -> None:
    shapes = {kind: array.shape for kind, array in fitted().apply(patients().iloc[:0]).arrays.items()}
    assert shapes == {"numeric": (0, 4), "categorical": (0, 1), "text": (0, 6)}


def test_transforms_survive_json() -> None:
    transforms = fitted()
    again = Transforms.from_list(json.loads(json.dumps(transforms.to_list(), allow_nan=False)))
    assert again == transforms
    assert_same(again.apply(patients(seed=1)), transforms.apply(patients(seed=1)))
