"""How often each class is there, is predicted, and is predicted rightly."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix

from mtl.evaluation.confusion import confusion, mean_over_present
from tests.mtl.evaluation.cases import lightly


@lightly
@given(st.integers(1, 30), st.integers(2, 5), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_summed_over_units_it_is_scikit_learns_matrix(rows: int, classes: int, units: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels = rng.integers(classes, size=rows).astype(np.float64)
    predictions = rng.dirichlet(np.ones(classes), size=rows)
    unit = np.unique(rng.integers(units, size=rows), return_inverse=True)[1]
    found = confusion(labels, predictions, unit)
    assert found.shape == (unit.max() + 1, 3 * classes)
    actual, predicted, hits = np.split(found.sum(axis=0), 3)
    matrix = confusion_matrix(labels, predictions.argmax(axis=1), labels=np.arange(classes))
    np.testing.assert_array_equal(actual, matrix.sum(axis=1))
    np.testing.assert_array_equal(predicted, matrix.sum(axis=0))
    np.testing.assert_array_equal(hits, np.diagonal(matrix))


def test_a_class_that_is_not_there_does_not_count() -> None:
    values, actual = np.array([[0.5, 1.0, 0.0], [0.5, np.nan, 0.0]]), np.array([[3.0, 1.0, 0.0], [2.0, 0.0, 0.0]])
    assert mean_over_present(values, actual).tolist() == [0.75, 0.5]


def test_no_class_at_all_has_no_mean() -> None:
    assert np.isnan(mean_over_present(np.array([[1.0, 1.0]]), np.zeros((1, 2)))).all()
