"""What every embedding of numbers is: rows on their own, finite, with autograd's gradients, and kept as JSON.

A new file in `mtl/features/numeric_embeddings` is held to all of it by itself.
"""

import json

import numpy as np
import pandas as pd
import pytest
import torch
from numpy.typing import NDArray
from pydantic import TypeAdapter
from torch import Tensor, nn

from mtl.extensions import NUMERIC_EMBEDDINGS
from mtl.features.feature import EncoderPart
from mtl.features.kinds.numeric import Numeric
from mtl.features.numeric_embedding import EmbeddedShape
from mtl.features.plain import PlainShape
from mtl.spec import ModelSpec
from mtl.spec.model_section import NumericEmbeddingEntry

TABLE = pd.DataFrame(
    {
        "age": [20.0, 31.0, None, 44.0, 58.0, 61.0, 79.0, 1e9],
        "visits": [0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 7.0, 0.0],
        "same": [3.0] * 8,
        "never": [None] * 8,
    }
)
every_embedding = pytest.mark.parametrize("name", NUMERIC_EMBEDDINGS.names)


def model(name: str, **options: object) -> ModelSpec:
    return ModelSpec(numeric_embedding=NumericEmbeddingEntry(name=name, options=options))


def fit(name: str, **options: object) -> tuple[Numeric, EncoderPart]:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        fitted = Numeric.fit(tuple(TABLE.columns), TABLE, model(name, **options))
        part = fitted.shape(model(name, **options)).build()
        for parameter in part.parameters():  # as wide as after training, so that differences are no rounding
            nn.init.normal_(parameter)
        return fitted, part


def read(fitted: Numeric, table: pd.DataFrame = TABLE) -> Tensor:
    array: NDArray[np.float32] = fitted.apply(table)
    return torch.from_numpy(array)


@every_embedding
def test_what_it_gives_is_finite_as_wide_as_it_says_and_each_row_s_own(name: str) -> None:
    fitted, part = fit(name)
    encoded = part(read(fitted))
    assert encoded.shape == (8, part.width)
    assert torch.isfinite(encoded).all()
    torch.testing.assert_close(part(read(fitted, TABLE.iloc[[5, 0]])), encoded[[5, 0]])
    assert part(read(fitted, TABLE.iloc[:0])).shape == (0, part.width)


@every_embedding
def test_numbers_that_differ_are_told_apart_and_a_missing_one_by_its_indicator(name: str) -> None:
    fitted, part = fit(name)
    encoded = part(read(fitted))
    assert (encoded[0] - encoded[6]).abs().max() > 0.1
    assert encoded[:, -1].tolist() == [0, 0, 1, 0, 0, 0, 0, 0]


@every_embedding
def test_the_gradients_of_several_losses_are_autograd_s(name: str) -> None:
    fitted, part = fit(name)
    array = read(fitted)
    encoded, parameters = part(array), tuple(part.parameters())
    towards = torch.randn(3, *encoded.shape, generator=torch.Generator().manual_seed(1))
    found = list(part.gradients(array, encoded, towards))
    assert [gradient.shape[1:] for gradient in found] == [parameter.shape for parameter in parameters]
    for k, alone in enumerate(towards if parameters else ()):
        expected = torch.autograd.grad(encoded, parameters, alone, retain_graph=True)
        torch.testing.assert_close([gradient[k] for gradient in found], list(expected))


@every_embedding
def test_what_is_fitted_and_its_shape_survive_json(name: str) -> None:
    fitted, _ = fit(name)
    shape = fitted.shape(model(name))
    assert isinstance(shape, EmbeddedShape)
    for kind, value in ((Numeric, fitted), (Numeric.part_shape, shape)):
        adapter = TypeAdapter(kind)
        plain = json.dumps(adapter.dump_python(value, mode="json"), allow_nan=False)
        assert adapter.validate_python(json.loads(plain)) == value


@every_embedding
def test_arrays_are_made_anew_for_other_settings(name: str) -> None:
    assert Numeric.settings(model(name)) != Numeric.settings(ModelSpec())


def test_without_one_numbers_are_read_as_they_are() -> None:
    fitted = Numeric.fit(tuple(TABLE.columns), TABLE, ModelSpec())
    assert fitted.shape(ModelSpec()) == PlainShape(5)


def test_piecewise_linear_is_how_far_a_number_has_come_through_each_bin() -> None:
    table = pd.DataFrame({"x": [0.0, 1.0, 2.0, 4.0, 8.0]})
    chosen = model("piecewise_linear", bins=4)
    fitted = Numeric.fit(("x",), table, chosen)
    part = fitted.shape(chosen).build()
    torch.testing.assert_close(
        part(read(fitted, table)),
        torch.tensor([[0.0, 0, 0, 0], [1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 1]]),
    )
    between = part(read(fitted, pd.DataFrame({"x": [3.0, -1e9, 1e9]})))
    assert 0 < between[0, 2] < 1
    assert between[0, [0, 1, 3]].tolist() == [1, 1, 0]
    assert between[1].tolist() == [0, 0, 0, 0]
    assert between[2].tolist() == [1, 1, 1, 1]


def test_equal_quantiles_bound_one_bin_and_a_column_without_spread_has_none() -> None:
    fitted, part = fit("piecewise_linear", bins=4)
    age, visits, same, never = fitted.fitted
    assert len(age.knots) == 5
    assert len(visits.knots) < 5
    assert (same.knots, never.knots) == ((), ())
    assert not part(read(fitted))[:, 8:16].any()


def test_periodic_is_cosines_and_sines_of_learned_frequencies_through_one_layer() -> None:
    fitted, part = fit("periodic", frequencies=3, width=2)
    parameters = dict(part.named_parameters())
    frequencies = parameters["embedding.frequencies"]
    weight, bias = parameters["embedding.linear.weight"], parameters["embedding.linear.bias"]
    array = read(fitted)
    row, column = 6, 1
    angles = 2 * torch.pi * frequencies[column] * array[row, column]
    expected = torch.relu(weight @ torch.cat([angles.cos(), angles.sin()]) + bias)
    torch.testing.assert_close(part(array)[row, 2 * column : 2 * column + 2], expected)


def test_frequencies_start_around_0_with_the_spread_that_is_asked_for() -> None:
    many = model("periodic", frequencies=5000, sigma=0.5)
    part = Numeric.fit(("age",), TABLE, many).shape(many).build()
    frequencies = dict(part.named_parameters())["embedding.frequencies"]
    assert frequencies.std().item() == pytest.approx(0.5, rel=0.1)
