"""What every kind of feature has to be: a value that travels as JSON, finite arrays, an encoder part with gradients.

A new file in `mtl/features/kinds` is held to all of it by itself.
"""

import json
from dataclasses import is_dataclass

import numpy as np
import pandas as pd
import pytest
import torch
from numpy.typing import NDArray
from pydantic import TypeAdapter
from torch import Tensor, nn

from mtl.extensions import FEATURES
from mtl.features.cells import Cell
from mtl.features.design_blocks import Numbers
from mtl.features.feature import EncoderPart, Feature
from mtl.features.inputs import Inputs
from mtl.models.batch import to_batch
from mtl.spec import ModelSpec

MODEL = ModelSpec(category_width=3, text_width=4, max_tokens=5, min_document_frequency=1)
COLUMNS: dict[str, list[object]] = {
    "numbers": [1.5, None, -3.0, 2e30, 7.0, float("inf")],
    "whole": [1, 2, 3, 4, 5, 6],
    "truth": [True, None, False, True, True, False],
    "dates": ["2020-01-01", None, "2021-06-30T12:30:00", "1969-07-20", "2020-02-29", "9999-12-31"],
    "texts": ["much pain", "", None, "pain, and :(", "rash", "1"],
    "one": ["same"] * 6,
    "nothing": [None] * 6,
    "mixed": [1, "a", None, True, 2.5, pd.Timestamp("2020-01-01")],
}
every_kind = pytest.mark.parametrize("kind", FEATURES.names)
every_column = pytest.mark.parametrize("column", COLUMNS)


def table_of(column: str) -> pd.DataFrame:
    cells = COLUMNS[column]
    return pd.DataFrame({"x": pd.Series(cells, dtype=object), "y": pd.Series(cells[::-1], dtype=object)})


def fit(kind: str, column: str) -> Feature:
    return FEATURES.get(kind).fit(("x", "y"), table_of(column), MODEL)


def tensor(array: NDArray[np.generic]) -> Tensor:
    return to_batch(Inputs({"it": array})).arrays["it"]


def as_read(cell: Cell, value: object) -> float | str | None:
    """What a request's cell is read as; as missing, where it would be refused."""
    try:
        return cell.read(value, False)
    except ValueError:
        return cell.read(None, False)


def part(feature: Feature) -> EncoderPart:
    torch.manual_seed(0)
    made = feature.shape(MODEL).build()
    for parameter in made.parameters():  # as wide as after training, so that differences are no rounding
        nn.init.normal_(parameter)
    return made


@every_kind
def test_it_says_what_it_is(kind: str) -> None:
    entry = FEATURES.get(kind)
    assert is_dataclass(entry)
    assert (entry.__doc__ or "").strip()
    assert entry.holds in ("numbers", "texts", "dates", "truth values", "anything")
    assert entry.cell.type in ("number", "string")
    assert pd.isna(entry.cell.read(None, False))
    assert entry.learned == any(True for _ in part(fit(kind, "texts")).parameters())


@every_kind
@every_column
def test_the_fitted_value_survives_json(kind: str, column: str) -> None:
    fitted = fit(kind, column)
    adapter = TypeAdapter(FEATURES.get(kind))
    again = adapter.validate_python(json.loads(json.dumps(adapter.dump_python(fitted, mode="json"), allow_nan=False)))
    assert again == fitted
    assert again.columns == ("x", "y")
    np.testing.assert_array_equal(again.apply(table_of(column)), fitted.apply(table_of(column)))


@every_kind
@every_column
@pytest.mark.parametrize("later", COLUMNS)
def test_rows_unlike_any_in_training_are_finite_numbers_of_the_same_width(kind: str, column: str, later: str) -> None:
    fitted = fit(kind, column)
    array, width = fitted.apply(table_of(later)), fitted.apply(table_of(column)).shape[1]
    assert array.dtype in (np.float32, np.int32)
    assert array.shape == (6, width)
    assert np.isfinite(array).all()
    assert fitted.apply(table_of(later).iloc[:0]).shape == (0, width)
    encoded = part(fitted)(tensor(array))
    assert torch.isfinite(encoded).all()


@every_kind
@every_column
@pytest.mark.parametrize("later", COLUMNS)
def test_a_request_s_cells_become_what_their_table_becomes(kind: str, column: str, later: str) -> None:
    fitted, table = fit(kind, column), table_of(later)
    columns = {name: [as_read(fitted.cell, cell) for cell in table[name]] for name in "xy"}
    if fitted.cell.type == "number":
        read = pd.DataFrame(columns, dtype=np.float64)
        found = fitted.apply_cells(read.to_numpy())
    else:
        read = pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in columns.items()})
        found = fitted.apply_cells(
            [[cell for cell in cells if not isinstance(cell, float)] for cells in columns.values()]
        )
    np.testing.assert_array_equal(found, fitted.apply(read))
    assert found.dtype == fitted.apply(read).dtype


@every_kind
@every_column
def test_each_row_is_read_on_its_own(kind: str, column: str) -> None:
    fitted, table = fit(kind, column), table_of(column)
    together = fitted.apply(table)
    np.testing.assert_array_equal(fitted.apply(table.iloc[[4, 0]]), together[[4, 0]])


@every_kind
@every_column
def test_the_part_is_as_wide_as_it_says_and_its_shape_survives_json(kind: str, column: str) -> None:
    fitted = fit(kind, column)
    shape, adapter = fitted.shape(MODEL), TypeAdapter(FEATURES.get(kind).part_shape)
    assert adapter.validate_python(json.loads(json.dumps(adapter.dump_python(shape, mode="json")))) == shape
    made, array = part(fitted), tensor(fitted.apply(table_of(column)))
    assert made(array).shape == (6, made.width)
    assert made(array[:0]).shape == (0, made.width)
    longest = shape.longest_row()
    assert longest.shape == (1, array.shape[1])
    assert longest.dtype == array.dtype
    assert made(longest).shape == (1, made.width)


@every_kind
@every_column
def test_the_gradients_of_several_losses_are_autograd_s_for_what_was_read(kind: str, column: str) -> None:
    fitted = fit(kind, column)
    made, array = part(fitted), tensor(fitted.apply(table_of(column)))
    encoded, parameters = made(array), tuple(made.parameters())
    towards = torch.randn(3, *encoded.shape, generator=torch.Generator().manual_seed(1))
    found = list(made.gradients(array, encoded, towards))
    assert len(found) == len(parameters)
    for k, alone in enumerate(towards if parameters else ()):
        expected = torch.autograd.grad(encoded, parameters, alone, retain_graph=True)
        for one, other in zip(found, expected, strict=True):
            # Of a table, rows that were not read may be left out.
            torch.testing.assert_close(nonzero(one[k]), nonzero(other))


def nonzero(gradient: Tensor) -> Tensor:
    return gradient[gradient.flatten(1).any(dim=1)] if gradient.dim() > 1 else gradient


@every_kind
@every_column
def test_models_that_are_no_networks_read_a_block_of_as_many_rows(kind: str, column: str) -> None:
    table = table_of(column)
    feature = FEATURES.get(kind).fit(["x", "y"], table, MODEL)
    blocks = list(feature.design(table, feature.apply(table)))
    assert blocks
    for block in blocks:
        assert len(block.values) == len(table)
        assert len(block.rows(np.array([0, 2])).values) == 2
        if isinstance(block, Numbers):
            assert block.values.dtype == np.float64
            assert not np.isinf(block.values).any()
