"""Rows as matrices: what training rows fix, and what later rows then become."""

import numpy as np
import pytest

from mtl.baselines.design.design_rows import DesignRows
from mtl.baselines.design.for_linear import WIDEST, linear_design
from mtl.baselines.design.for_trees import MOST_CODES, TEXT_NUMBERS, tree_design
from mtl.features.design_blocks import Codes, Numbers, Texts


def numbers(*columns: list[float]) -> DesignRows:
    return DesignRows((Numbers(np.array(columns, dtype=np.float64).T),))


def codes(*columns: list[int]) -> DesignRows:
    return DesignRows((Codes(np.array(columns, dtype=np.int32).T),))


def texts(*values: str) -> DesignRows:
    return DesignRows((Texts(np.array(values, dtype=object)),))


def test_trees_read_numbers_with_their_gaps() -> None:
    design = tree_design()
    np.testing.assert_array_equal(design.fit(numbers([1.0, np.nan])), [[1.0], [np.nan]])
    assert design.categorical == [False]


def test_trees_read_categories_as_positions_and_unknown_ones_as_missing() -> None:
    design = tree_design()
    np.testing.assert_array_equal(design.fit(codes([5, 0, 9])), [[0.0], [np.nan], [1.0]])
    np.testing.assert_array_equal(design.apply(codes([9, 7, 5])), [[1.0], [np.nan], [0.0]])
    assert design.categorical == [True]


def test_more_categories_than_trees_can_tell_apart_are_read_by_how_frequent_they_are() -> None:
    design = tree_design()
    many = [*range(1, MOST_CODES + 2), 1]
    matrix = design.fit(codes(many))
    assert design.categorical == [False]
    assert matrix[0, 0] == matrix[-1, 0] == 2 / len(many)
    np.testing.assert_array_equal(design.apply(codes([2, 9999, 0])), [[1 / len(many)], [0.0], [0.0]])


def test_a_text_becomes_a_few_numbers_and_none_where_no_word_is_shared() -> None:
    rng = np.random.default_rng(0)
    drawn = [" ".join(f"w{word}" for word in rng.integers(0, 200, size=12)) for _ in range(300)]
    design = tree_design()
    assert design.fit(texts(*drawn)).shape == (300, TEXT_NUMBERS)
    assert design.apply(texts("", "w1 w2")).shape == (2, TEXT_NUMBERS)
    assert tree_design().fit(texts("alone", "", "other")).shape == (3, 0)


def test_linear_models_read_standardised_numbers_and_an_indicator_of_gaps() -> None:
    design = linear_design()
    np.testing.assert_allclose(
        design.fit(numbers([1.0, 3.0, np.nan], [7.0, 7.0, 7.0])), [[-1, 0, 0], [1, 0, 0], [0, 0, 1]]
    )
    np.testing.assert_allclose(design.apply(numbers([1e9, np.nan], [np.nan, 8.0])), [[10, 0, 0], [0, 0, 1]])


@pytest.mark.parametrize("odd", [1e9, -1e38])
def test_one_cell_far_off_changes_what_linear_models_read_of_the_others_by_little(odd: float) -> None:
    values = np.random.default_rng(0).normal(5.0, 2.0, size=2000)
    sound, spoilt = linear_design().fit(numbers([*values, 5.0])), linear_design().fit(numbers([*values, odd]))
    np.testing.assert_allclose(spoilt[:-1], sound[:-1], rtol=0.1, atol=0.02)
    assert np.isfinite(spoilt).all()


def test_linear_models_read_numbers_that_differ_far_from_0() -> None:
    noise = np.random.default_rng(0).normal(0.0, 0.1, size=500)
    read = linear_design().fit(numbers([*(1e12 + noise)]))
    assert np.corrcoef(read[:, 0], noise)[0, 1] > 0.999
    assert read.std() == pytest.approx(1.0)


def test_linear_models_read_each_category_of_training_in_its_column() -> None:
    design = linear_design()
    np.testing.assert_array_equal(design.fit(codes([3, 0, 8])), [[1, 0], [0, 0], [0, 1]])
    np.testing.assert_array_equal(design.apply(codes([8, 5])), [[0, 1], [0, 0]])


def test_linear_models_read_words_that_two_texts_share_and_wide_matrices_stay_sparse() -> None:
    design = linear_design()
    narrow = design.fit(texts("good film :-)", "good film :-)", "bad"))
    assert narrow.shape == (3, 5), "good, film, :-) and two pairs"
    np.testing.assert_allclose(np.linalg.norm(narrow, axis=1), [1.0, 1.0, 0.0])
    wide = linear_design().fit(codes(list(range(1, WIDEST + 2))))
    assert wide.shape == (WIDEST + 1, WIDEST + 1)
    assert wide.nnz == WIDEST + 1


def test_a_column_that_training_does_not_know_says_nothing_later() -> None:
    missing = [np.nan, np.nan]
    for design in (tree_design(), linear_design()):
        design.fit(numbers(missing, [1.0, 2.0]))
        first, second = (design.apply(numbers([value], [1.0])) for value in (np.nan, 5.0))
        np.testing.assert_array_equal(first, second)
        assert np.isfinite(first).all()
    for design in (tree_design(), linear_design()):
        design.fit(codes([0, 0], [1, 2]))
        np.testing.assert_array_equal(design.apply(codes([0], [1])), design.apply(codes([7], [1])))


def test_blocks_stand_side_by_side_in_their_order_with_their_flags() -> None:
    rows = DesignRows((*numbers([1.0, 2.0]).blocks, *codes([1, 2]).blocks))
    design = tree_design()
    np.testing.assert_array_equal(design.fit(rows), [[1.0, 0.0], [2.0, 1.0]])
    assert design.categorical == [False, True]
    assert len(rows) == 2
    assert len(rows.rows(np.array([1]))) == 1
