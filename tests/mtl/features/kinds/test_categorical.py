"""Categories: codes that follow the training side, and a table of embeddings."""

import json
from collections.abc import Sequence

import pandas as pd
import pytest
import torch

from mtl.data.transforms import Transforms
from mtl.features.kinds.categorical import Categorical, CategoricalColumn, CategoryShape
from mtl.spec import ModelSpec


def fitted(cells: Sequence[object], **settings: int) -> Categorical:
    return Categorical.fit(("city",), pd.DataFrame({"city": cells}), ModelSpec.model_validate(settings))


def codes(feature: Categorical, *cells: object) -> list[int]:
    found: list[int] = feature.apply(pd.DataFrame({"city": pd.Series(cells, dtype=object)}))[:, 0].tolist()
    return found


def test_the_training_sides_categories_are_coded_from_1_and_all_else_is_0() -> None:
    transforms = fitted(["Cork", "Aden", None, "Aden", "Cork"])
    later = pd.DataFrame({"city": ["Aden", "Cork", "Bonn", None, "aden", ""]})
    assert transforms.apply(later)[:, 0].tolist() == [1, 2, 0, 0, 0, 0]
    assert transforms.shape(ModelSpec(category_width=2)) == CategoryShape((3,), 2)


@pytest.mark.parametrize("trained", ["int64", "float64", "Int64", "object", "category", "int64[pyarrow]"])
@pytest.mark.parametrize("later", ["int64", "float64", "Int64", "object", "category", "str"])
def test_the_type_of_a_column_of_categories_may_change(trained: str, later: str) -> None:
    floors = pd.DataFrame({"floor": [3, 1, 2, 10]})
    transforms = Categorical.fit(("floor",), floors.astype({"floor": trained}), ModelSpec(rare_levels=1))
    found = transforms.apply(floors.astype({"floor": later}))
    assert found[:, 0].tolist() == [4, 1, 3, 2]


def test_rare_levels_and_unknown_ones_are_one_level_and_missing_is_another() -> None:
    feature = fitted(["a"] * 5 + ["b"] * 3 + ["c", "c", "d", None], rare_levels=3)
    assert codes(feature, "a", "b", "c", "d", "never seen", None) == [1, 2, 3, 3, 3, 0]
    assert feature.shape(ModelSpec()) == CategoryShape((4,), 8)


def test_without_rare_levels_nothing_is_taught_of_unknown_ones() -> None:
    feature = fitted(["a", "a", "b", "b"])
    assert codes(feature, "a", "b", "c") == [1, 2, 0]


def test_levels_beyond_the_most_share_buckets_and_the_most_frequent_do_not() -> None:
    levels = [f"l{number:03}" for number in range(100)]
    cells = [level for number, level in enumerate(levels) for _ in range(2 + (number < 20))] + ["once"]
    feature = fitted(cells, max_levels=20)
    found = codes(feature, *levels, "once", "never")
    assert found[:20] == list(range(1, 21))
    assert set(found[20:100]) == {21, 22}
    assert found[100:] == [23, 23]
    assert feature.shape(ModelSpec()) == CategoryShape((24,), 8)
    assert codes(fitted(cells[::-1], max_levels=20), *levels) == found[:100]


def test_no_more_codes_than_a_tenth_above_the_most_are_made_of_any_number_of_levels() -> None:
    feature = fitted([f"l{number // 2}" for number in range(20_000)])
    assert feature.shape(ModelSpec()).cardinalities == (1 + 1000 + 100,)
    assert set(codes(feature, *(f"l{number}" for number in range(10_000)))) == set(range(1, 1101))


def test_what_was_fitted_before_there_were_rare_levels_reads_rows_as_it_did() -> None:
    plain = {"kind": "categorical", "columns": ["city"], "fitted": [{"values": ["a", "b"]}]}
    feature = Transforms.from_list([plain]).features["categorical"]
    assert isinstance(feature, Categorical)
    assert codes(feature, "a", "b", "c", None) == [1, 2, 0, 0]


def test_what_is_fitted_is_the_same_once_it_was_stored() -> None:
    transforms = Transforms({"categorical": fitted(list("aaabbbccde"), max_levels=1, rare_levels=2)})
    assert Transforms.from_list(json.loads(json.dumps(transforms.to_list()))) == transforms


def test_other_settings_make_other_arrays() -> None:
    settings = [
        Categorical.settings(ModelSpec(rare_levels=rare, max_levels=most)) for rare in (1, 2) for most in (5, 6)
    ]
    assert len(set(map(str, settings))) == 4


def test_a_category_that_comes_as_text_is_known_by_the_number_or_truth_value_that_it_spells() -> None:
    column = CategoricalColumn(("7", "True", "a"))
    assert [column.code(name) for name in ("7", "7.0", "07", "true", "a", "A", "8", None)] == [1, 1, 1, 2, 3, 0, 0, 0]


def test_categories_that_differ_as_text_stay_apart() -> None:
    column = CategoricalColumn(("007", "7", "7.0"))
    assert [column.code(name) for name in column.values] == [1, 2, 3]


def test_equal_codes_of_different_columns_are_different_categories() -> None:
    made = CategoryShape((4, 2), 2).build()
    encoded, table = made(torch.tensor([[0, 0], [1, 1], [3, 0], [0, 1]])), made.table.weight
    assert encoded.shape == (4, made.width) == (4, 4)
    assert len(table) == 6
    for row, expected in enumerate(((0, 4), (1, 5), (3, 4), (0, 5))):
        torch.testing.assert_close(encoded[row], torch.cat([table[code] for code in expected]))


def test_of_the_table_no_more_rows_than_were_read_have_a_gradient() -> None:
    made, read = CategoryShape((4, 2), 2).build(), torch.tensor([[0, 0], [3, 1], [3, 0], [0, 0]])
    (found,) = made.gradients(read, made(read), torch.ones(5, 4, made.width))
    assert found.shape == (5, 4, 2)
