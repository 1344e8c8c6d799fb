"""The arrays that an exported model makes of columns are those that a network was trained on."""

from collections.abc import Callable
from typing import Any

import numpy as np
import onnxruntime
import pandas as pd
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, checker, helper

from mtl.data.transforms import Transforms
from mtl.errors import MtlError
from mtl.features.feature import Feature
from mtl.names import canonical_names, read_numbers
from mtl.serving.onnx_features import array_of
from mtl.serving.onnx_graph import Graph
from mtl.spec import FeaturesSpec, ModelSpec

MODEL = ModelSpec(trunk=(4,), rare_levels=3, max_levels=2)


def fitted(kind: str, table: pd.DataFrame) -> Feature:
    names = tuple(map(str, table.columns))
    return Transforms.fit(FeaturesSpec({kind: names}), MODEL, table).features[kind]


def arrays(kind: str, feature: Feature, table: pd.DataFrame) -> NDArray[Any]:
    """What onnxruntime makes of the columns."""
    graph = Graph()
    value = array_of(graph, kind, feature)
    element = TensorProto.INT64 if kind == "categorical" else TensorProto.FLOAT
    graph.outputs.append(helper.make_tensor_value_info(value, element, None))
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("ai.onnx.ml", 3)]
    proto = helper.make_graph(graph.nodes, kind, graph.inputs, graph.outputs, graph.constants)
    session = onnxruntime.InferenceSession(
        helper.make_model(proto, opset_imports=opsets, ir_version=9).SerializeToString()
    )
    read = _texts if kind == "categorical" else read_numbers
    found: NDArray[Any] = session.run(None, {name: read(table[name]).reshape(-1, 1) for name in table})[0]
    return found


def _texts(column: pd.Series) -> NDArray[np.object_]:
    return np.array(["" if name is None else name for name in canonical_names(column)], dtype=object)


def spread(draw: np.random.Generator) -> NDArray[np.float64]:
    return draw.normal(0, 3, 50)


def huge(draw: np.random.Generator) -> NDArray[np.float64]:
    return draw.normal(0, 1, 50) * 1e30


def days(draw: np.random.Generator) -> NDArray[np.float64]:
    """Numbers that float32 would not tell apart."""
    return 1.7e9 + draw.uniform(0, 50, 50)


def alike(draw: np.random.Generator) -> NDArray[np.float64]:
    return np.full(50, 2.5)


def gaps(draw: np.random.Generator) -> NDArray[np.float64]:
    return np.where(draw.uniform(size=50) < 0.3, np.nan, draw.normal(size=50))


def nothing(draw: np.random.Generator) -> NDArray[np.float64]:
    return np.full(50, np.nan)


@pytest.mark.parametrize("columns", [[spread], [huge, days], [alike, gaps], [gaps, gaps], [nothing, spread, gaps]])
def test_numbers(columns: list[Callable[[np.random.Generator], NDArray[np.float64]]]) -> None:
    draw = np.random.default_rng(0)
    table = pd.DataFrame({f"x{k}": column(draw) for k, column in enumerate(columns)})
    feature = fitted("numeric", table)
    odd = pd.DataFrame({name: [np.nan, np.inf, -1e39, 3.4e38, -3.4e38, 0.0] for name in table})
    for rows in (table, odd):
        found, expected = arrays("numeric", feature, rows), feature.apply(rows)
        assert found.dtype == expected.dtype
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-7)


def test_truth_values_with_and_without_an_indicator() -> None:
    table = pd.DataFrame({"known": [1.0, 0.0, 1.0, 1.0], "gaps": [1.0, np.nan, 0.0, np.nan], "never": [np.nan] * 4})
    feature = fitted("boolean", table)
    np.testing.assert_array_equal(arrays("boolean", feature, table), feature.apply(table))
    nothing_known = pd.DataFrame({name: [np.nan] for name in table})
    np.testing.assert_array_equal(arrays("boolean", feature, nothing_known), feature.apply(nothing_known))


def test_categories_that_are_frequent_hashed_rare_unknown_and_missing() -> None:
    table = pd.DataFrame(
        {
            "city": ["a"] * 9 + ["b"] * 8 + ["c"] * 4 + ["d"] * 3 + ["e"] * 2 + [None] * 4,
            "ward": [7, 8, 9] * 10,
            "few": ["x", "y", ""] * 10,
        }
    ).astype(object)
    feature = fitted("categorical", table)
    odd = pd.DataFrame({"city": ["e", "zz", None], "ward": ["7", "10", None], "few": ["y", "z", None]}, dtype=object)
    for rows in (table, odd):
        found, expected = arrays("categorical", feature, rows), feature.apply(rows)
        known = rows["few"].map(lambda name: name != "").to_numpy()  # an empty text is missing in ONNX
        np.testing.assert_array_equal(found[:, :2], expected[:, :2])
        np.testing.assert_array_equal(found[known, 2], expected[known, 2])


def test_a_kind_that_is_not_carried_is_named_with_its_columns() -> None:
    table = pd.DataFrame({f"day{k}": pd.date_range("2024-01-01", periods=5).astype(str) for k in range(5)})
    with pytest.raises(MtlError, match=r"does not carry features of kind datetime \(day0, day1, day2, …\): exported"):
        array_of(Graph(), "datetime", fitted("datetime", table))


def test_a_graph_that_is_none_is_no_model() -> None:
    graph = Graph()
    cell = graph.column("x", number=False)
    graph.answer("y", graph.call("Abs", cell), 1)  # of a string
    with pytest.raises((checker.ValidationError, Exception), match=r"(?i)type"):
        graph.model("none", "", {})
