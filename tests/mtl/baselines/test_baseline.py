"""What holds for every baseline that is no network."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from mtl.baselines.baseline import Baseline, LabelledRows, Method, Problem
from mtl.baselines.methods.network import Network
from mtl.baselines.tree_method import TreeMethod
from mtl.extensions import BASELINES
from tests.mtl.baselines.problems import labels_of, problem, rows_of

METHODS = {name: kind() for name, kind in BASELINES.items() if issubclass(kind, Method)}
each_method = pytest.mark.parametrize("name", METHODS)
each_kind = pytest.mark.parametrize("num_classes", [0, 2, 4], ids=["number", "two classes", "four classes"])


def error(asked: Problem, predicted: np.typing.NDArray[np.float64]) -> float:
    """Of numbers, as a share of what the mean leaves; of classes, the share of wrong ones."""
    labels = asked.validation.labels
    if asked.num_classes:
        return float((predicted.argmax(axis=1) != labels).mean())
    return float(((predicted - labels) ** 2).mean() / labels.var())


@each_method
@each_kind
@pytest.mark.parametrize("blocks", ["nct", "n", "c", "t"])
def test_a_planted_signal_is_found_in_numbers_categories_and_texts(name: str, num_classes: int, blocks: str) -> None:
    asked = problem(num_classes, blocks)
    predicted = METHODS[name].fit(asked).predict(asked.validation.design)
    assert predicted.shape == ((400, num_classes) if num_classes else (400,))
    assert np.isfinite(predicted).all()
    if num_classes:
        np.testing.assert_allclose(predicted.sum(axis=1), 1.0, atol=1e-6)
    # A tenth of the cells is missing, and a level says less than a number.
    assert error(asked, predicted) < 0.35


@each_method
@each_kind
def test_the_same_problem_gives_the_same_predictions_and_they_survive_storage(name: str, num_classes: int) -> None:
    asked = problem(num_classes)
    first, second = (METHODS[name].fit(asked) for _ in range(2))
    stored = pickle.loads(pickle.dumps(first))
    for other in (second, stored):
        np.testing.assert_array_equal(first.predict(asked.train.design), other.predict(asked.train.design))


@each_method
@each_kind
def test_cells_that_training_never_saw_are_predicted_too(name: str, num_classes: int) -> None:
    fitted = METHODS[name].fit(problem(num_classes))
    strange = rows_of(np.full(3, 3.5), "nct", seed=9)
    numbers, codes, texts = strange.blocks
    numbers.values[:] = [[np.nan] * 3, [1e9, -1e9, 5.0], [-1e30, 0.0, 1.0]]
    codes.values[:] = 9999
    texts.values[:] = ["", "unheard", "😀"]
    assert np.isfinite(fitted.predict(strange)).all()


@each_method
@pytest.mark.parametrize("num_classes", [2, 4])
def test_one_class_on_validation_or_a_class_that_training_lacks_is_no_trouble(name: str, num_classes: int) -> None:
    asked = problem(num_classes)
    one = np.flatnonzero(asked.validation.labels == 1)
    asked = replace(asked, validation=LabelledRows(asked.validation.design.rows(one), asked.validation.labels[one]))
    predicted = METHODS[name].fit(asked).predict(asked.validation.design)
    assert predicted.shape == (len(one), num_classes)
    assert np.isfinite(predicted).all()


@each_method
def test_of_noise_nothing_is_made(name: str) -> None:
    asked = problem(0, "n")
    shuffled = np.random.default_rng(3).permutation(asked.train.labels)
    asked = replace(asked, train=LabelledRows(asked.train.design, shuffled))
    assert error(asked, METHODS[name].fit(asked).predict(asked.validation.design)) < 1.5


@each_method
def test_a_sound_fit_says_what_it_took_and_that_it_converged(name: str) -> None:
    fitted = METHODS[name].fit(problem(2))
    assert fitted.not_converged == ""
    assert fitted.rounds >= 1
    assert fitted.parameters >= 1


@pytest.mark.parametrize("name", BASELINES.names)
def test_it_has_a_noun_and_says_whether_it_draws(name: str) -> None:
    kind = BASELINES.get(name)
    assert issubclass(kind, Baseline)
    assert kind.noun
    assert kind.is_installed()
    assert issubclass(kind, Method) or kind is Network


def test_a_baseline_that_says_no_noun_has_the_words_of_its_class() -> None:
    class SingleTree(TreeMethod):
        pass

    assert (SingleTree.noun, BASELINES.get("boosted_trees").noun) == ("a single tree", "boosted trees")


def test_labels_follow_the_signal() -> None:
    signal = np.array([0.0, 1.9, 2.1, 3.9])
    assert labels_of(signal, 2).tolist() == [0.0, 0.0, 1.0, 1.0]
    assert labels_of(signal, 4).tolist() == [0.0, 1.0, 2.0, 3.0]


@each_method
@pytest.mark.parametrize("num_classes", [0, 2])
def test_rows_count_by_their_weights(name: str, num_classes: int) -> None:
    """Half of the training rows have labels that contradict the signal, and no weight."""
    asked = problem(num_classes)
    contradicted = np.arange(len(asked.train.labels)) % 2 == 1
    labels = np.where(contradicted, asked.train.labels.max() + asked.train.labels.min() - asked.train.labels, 0.0)
    mixed = replace(asked.train, labels=np.where(contradicted, labels, asked.train.labels))
    weighed, alike = (replace(mixed, weights=weights) for weights in (2.0 * ~contradicted, np.ones(len(labels))))
    found = {
        key: _error_of(asked, name, train) for key, train in (("weighed", weighed), ("alike", alike), ("none", mixed))
    }
    assert found["weighed"] < 0.5 * found["none"]
    assert found["alike"] == pytest.approx(found["none"], rel=1e-3)


def _error_of(asked: Problem, name: str, train: LabelledRows) -> float:
    predicted = METHODS[name].fit(replace(asked, train=train)).predict(asked.validation.design)
    wanted = asked.validation.labels
    return float(np.mean((wanted - (predicted[:, 1] if asked.num_classes else predicted)) ** 2))
