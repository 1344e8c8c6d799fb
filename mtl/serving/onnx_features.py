"""From the columns of a request to the arrays that a network reads, in ONNX."""

from collections.abc import Callable, Mapping

import numpy as np

from mtl.errors import MtlError
from mtl.features.feature import Feature
from mtl.features.kinds.boolean import Boolean
from mtl.features.kinds.categorical import Categorical, CategoricalColumn
from mtl.features.kinds.numeric import Numeric
from mtl.names import LARGEST
from mtl.serving.onnx_graph import ML, Graph, Value


def array_of(graph: Graph, kind: str, feature: Feature) -> Value:
    """The array of a kind of features, [N, w], of new inputs.

    Raises:
        MtlError: a kind that ONNX does not carry.
    """
    write = WRITERS.get(type(feature))
    if write is None:
        named = ", ".join(feature.columns[:3]) + (", …" if len(feature.columns) > 3 else "")
        raise MtlError(
            f"ONNX does not carry features of kind {kind} ({named}): exported are models of numeric, boolean and"
            " categorical features; serve this one with `mtl serve`, or train one without"
        )
    return write(graph, feature)


def _numeric(graph: Graph, feature: Feature) -> Value:
    assert isinstance(feature, Numeric)
    scales = feature.scales
    cells = graph.joined([graph.column(name, number=True) for name in feature.columns])
    beyond = graph.call("Greater", graph.call("Abs", cells), np.array(LARGEST))
    missing = graph.call("Or", graph.call("IsNaN", cells), beyond)
    known = graph.call("Where", missing, scales.medians[np.newaxis], cells)
    distances = graph.call("Sub", known, scales.centers[np.newaxis])
    bent = graph.call("Div", distances, scales.limits[np.newaxis])
    squares = graph.call("Add", graph.call("Mul", bent, bent), scales.widths[np.newaxis] ** 2)
    numbers = graph.call("Div", distances, graph.call("Sqrt", squares))
    counts = np.ones((1, len(feature.columns)))
    counts[:, scales.constant] = 0.0
    numbers = graph.call("Mul", numbers, counts)
    places = np.arange(len(feature.columns))[scales.indicators]
    indicators = graph.call("Gather", graph.cast(missing, np.float64), places, axis=1)
    return graph.cast(graph.joined([numbers, indicators]) if len(places) else numbers, np.float32)


def _boolean(graph: Graph, feature: Feature) -> Value:
    assert isinstance(feature, Boolean)
    cells = graph.joined([graph.column(name, number=True) for name in feature.columns])
    missing = graph.call("IsNaN", cells)
    filled = graph.call("Where", missing, feature.shares[np.newaxis], cells)
    both = graph.joined([filled, graph.cast(missing, np.float64)])
    return graph.cast(graph.call("Gather", both, feature.order, axis=1), np.float32)


def _categorical(graph: Graph, feature: Feature) -> Value:
    assert isinstance(feature, Categorical)
    return graph.joined([_codes(graph, *each) for each in zip(feature.columns, feature.fitted, strict=True)])


def _codes(graph: Graph, name: str, column: CategoricalColumn) -> Value:
    """Of names as the server has them. ONNX has no missing text: an empty one is, even if it was a category."""
    codes: Mapping[str, int] = {**column.codes, "": column.code(None)}
    return graph.call(
        "LabelEncoder",
        graph.column(name, number=False),
        domain=ML,
        keys_strings=list(codes),
        values_int64s=list(codes.values()),
        default_int64=column.unknown,
    )


WRITERS: Mapping[type[Feature], Callable[[Graph, Feature], Value]] = {
    Numeric: _numeric,
    Boolean: _boolean,
    Categorical: _categorical,
}
