"""Categories: codes that follow the training side, and a table of embeddings."""

import pandas as pd
import pytest
import torch

from mtl.features.kinds.categorical import Categorical, CategoricalColumn, CategoryShape
from mtl.spec import ModelSpec


def test_the_training_sides_categories_are_coded_from_1_and_all_else_is_0() -> None:
    table = pd.DataFrame({"city": ["Cork", "Aden", None, "Aden"]})
    transforms = Categorical.fit(("city",), table, ModelSpec())
    later = pd.DataFrame({"city": ["Aden", "Cork", "Bonn", None, "aden", ""]})
    assert transforms.apply(later)[:, 0].tolist() == [1, 2, 0, 0, 0, 0]
    assert transforms.shape(ModelSpec(category_width=2)) == CategoryShape((3,), 2)


@pytest.mark.parametrize("trained", ["int64", "float64", "Int64", "object", "category", "int64[pyarrow]"])
@pytest.mark.parametrize("later", ["int64", "float64", "Int64", "object", "category", "str"])
def test_the_type_of_a_column_of_categories_may_change(trained: str, later: str) -> None:
    floors = pd.DataFrame({"floor": [3, 1, 2, 10]})
    transforms = Categorical.fit(("floor",), floors.astype({"floor": trained}), ModelSpec())
    codes = transforms.apply(floors.astype({"floor": later}))
    assert codes[:, 0].tolist() == [4, 1, 3, 2]


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
    made, codes = CategoryShape((4, 2), 2).build(), torch.tensor([[0, 0], [3, 1], [3, 0], [0, 0]])
    (found,) = made.gradients(codes, made(codes), torch.ones(5, 4, made.width))
    assert found.shape == (5, 4, 2)
