"""What settings mean for a network."""

from mtl.spec.model_section import ModelSpec
from mtl.spec.training_section import TrainingSpec
from mtl.training.network_settings import RANGES, WEIGHT, model_with, own_settings, training_with, weights_of

MODEL, TRAINING = ModelSpec(trunk=(128, 3), dropout=0.1), TrainingSpec(learning_rate=0.01)


def test_what_is_not_said_is_as_in_the_spec() -> None:
    assert (model_with(MODEL, {}), training_with(TRAINING, {})) == (MODEL, TRAINING)
    own = own_settings(MODEL, TRAINING)
    assert (model_with(MODEL, own), training_with(TRAINING, own)) == (MODEL, TRAINING)
    assert set(own) == set(RANGES)


def test_settings_take_the_place_of_what_the_spec_says() -> None:
    told = {"learning_rate": 0.003, "l2": 0.5, "dropout": 0.25, "trunk": 0.5}
    model, training = model_with(MODEL, told), training_with(TRAINING, told)
    assert (model.trunk, model.dropout) == ((64, 2), 0.25)
    assert (training.learning_rate, training.l2) == (0.003, 0.5)
    assert training.epochs == TRAINING.epochs


def test_a_trunk_keeps_a_unit() -> None:
    assert model_with(ModelSpec(trunk=(1,)), {"trunk": 0.1}).trunk == (1,)


def test_weights_are_in_the_order_of_the_tasks_or_none() -> None:
    assert weights_of({WEIGHT + "b": 0.5, WEIGHT + "a": 1.5, "l2": 1.0}, ("a", "b")) == (1.5, 0.5)
    assert weights_of({"l2": 1.0}, ("a", "b")) == ()
