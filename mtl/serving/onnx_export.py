"""A bundle as one ONNX model, from raw columns to predictions; written once it is seen to give the same numbers."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pandas as pd
from numpy.typing import NDArray

from mtl.errors import MtlError
from mtl.models.plain_network import CategoryVectors, Layer, PlainNetwork, plain_network
from mtl.names import canonical_names, read_numbers
from mtl.serving.bundle import Bundle, predictions_in
from mtl.serving.onnx_features import array_of
from mtl.serving.onnx_graph import Graph, Value
from mtl.storage import partial_file
from mtl.tasks.kind import Kind
from mtl.tasks.task import Task

SAME = 1e-5
"""How far predictions may be from those of the bundle: of a task's scale, or of the number."""

LINKS = {"binary": "Sigmoid", "multiclass": "Softmax", "regression": None}
"""The operator that is each kind of task's link."""

TEXT = (
    "Inputs: a tensor [N, 1] for each column; NaN is a missing number, an empty string a missing category, truth values"
    " are 0 and 1. Outputs: a tensor for each task; a number or the probability of 1 [N, 1], or the probability of each"
    " class [N, C], whose names are in this file's metadata, classes.TASK."
)


def export_onnx(bundle: Bundle, about: Mapping[str, str], out: Path) -> tuple[str, ...]:
    """Write a bundle to `out` as an ONNX model that onnxruntime has run to the bundle's own predictions.

    Args:
        about: what the file says of itself, beside the classes of tasks.

    Returns:
        The names of the outputs, a task each: `prediction.TASK` where an input has the task's name.

    Raises:
        MtlError: a part that ONNX does not carry, or other numbers; nothing is written.
    """
    model = onnx_model(bundle, about)
    content = model.SerializeToString()
    _require_same(bundle, content)
    with partial_file(out) as partial:
        partial.write_bytes(content)
        partial.replace(out)
    return tuple(output.name for output in model.graph.output)


def onnx_model(bundle: Bundle, about: Mapping[str, str]) -> onnx.ModelProto:
    """The model of a bundle. Raises MtlError as `export_onnx` does."""
    plain = plain_network(bundle.network)
    graph = Graph()
    arrays = {kind: array_of(graph, kind, feature) for kind, feature in bundle.transforms.features.items()}
    if plain is None:
        raise MtlError(
            "ONNX is written of hard sharing and of numbers without an embedding; this version shares or embeds"
            " otherwise; serve it with `mtl serve`"
        )
    outputs = _heads(graph, plain, _trunk(graph, plain, arrays), bundle.trained)
    for task, value in outputs.items():
        if not task.auxiliary:
            graph.answer(_named(task.name, bundle), value, task.width)
    classes = {f"classes.{task.name}": json.dumps(task.classes) for task in bundle.tasks if task.classes}
    return graph.model(about.get("mtl.model", "mtl"), TEXT, {**about, **classes})


def _named(task: str, bundle: Bundle) -> str:
    return f"prediction.{task}" if task in {column.name for column in bundle.columns} else task


def _trunk(graph: Graph, plain: PlainNetwork, arrays: Mapping[str, Value]) -> Value:
    """What the heads read, [N, H], or of members [M, N, H]."""
    encoded = [_embedded(graph, part, arrays[kind]) if part else arrays[kind] for kind, part in plain.parts.items()]
    passed = graph.joined(encoded)
    if plain.factors is not None:
        passed = graph.call("Mul", graph.call("Unsqueeze", passed, np.array([0])), plain.factors)
    for layer in plain.trunk:
        passed = graph.call("Relu", _linear(graph, layer, passed))
    return passed


def _linear(graph: Graph, layer: Layer, passed: Value) -> Value:
    return graph.call("Add", graph.call("MatMul", passed, layer.weight), layer.bias)


def _embedded(graph: Graph, part: CategoryVectors, codes: Value) -> Value:
    vectors = graph.call("Gather", part.table, graph.call("Add", codes, part.offsets[np.newaxis]), axis=0)
    return graph.call("Reshape", vectors, np.array([0, len(part.offsets) * part.table.shape[1]]))


def _heads(graph: Graph, plain: PlainNetwork, read: Value, trained: tuple[Task, ...]) -> dict[Task, Value]:
    """The predictions of each task, float64 [N, width]."""
    outputs = _linear(graph, plain.heads, read)
    places = list(_places(trained))
    of_tasks = [
        graph.call("Slice", outputs, *(np.array([at]) for at in (place.start, place.stop, -1))) for place in places
    ]
    for head in plain.composed:
        below = [_linked(graph, kind, of_tasks[places.index(place)]) for kind, place in head.reads]
        given = graph.call("MatMul", graph.cast(graph.joined(below, axis=-1), np.float32), head.weight)
        composed = places.index(head.columns)
        of_tasks[composed] = graph.call("Add", of_tasks[composed], given)
    pairs = zip(trained, of_tasks, strict=True)
    return {task: _predicted(graph, task, value, plain.factors is not None) for task, value in pairs}


def _places(trained: tuple[Task, ...]) -> Iterator[slice]:
    start = 0
    for task in trained:
        yield slice(start, start + task.width)
        start += task.width


def _linked(graph: Graph, kind: Kind | str, value: Value) -> Value:
    name = kind if isinstance(kind, str) else type(kind).__module__.rpartition(".")[2]
    if name not in LINKS:
        raise MtlError(f"ONNX is written of tasks that are {', '.join(LINKS)}; this version has one that is {name}")
    wide, operator = graph.cast(value, np.float64), LINKS[name]
    if operator is None:
        return wide
    return graph.call(operator, wide, axis=-1) if operator == "Softmax" else graph.call(operator, wide)


def _predicted(graph: Graph, task: Task, value: Value, members: bool) -> Value:
    linked = _linked(graph, task.kind, value)
    if members:
        linked = graph.call("ReduceMean", linked, np.array([0]), keepdims=0)
    return graph.call("Add", graph.call("Mul", linked, np.array(task.scale)), np.array(task.mean))


def asked(bundle: Bundle, table: pd.DataFrame) -> dict[str, NDArray[np.generic]]:
    """The inputs of an exported model for some rows of raw columns."""
    inputs: dict[str, NDArray[np.generic]] = {}
    for column in bundle.columns:
        if column.cell.type == "number":
            inputs[column.name] = read_numbers(table[column.name]).reshape(-1, 1)
        else:
            names = ["" if name is None else name for name in canonical_names(table[column.name])]
            inputs[column.name] = np.array(names, dtype=object).reshape(-1, 1)
    return inputs


def _require_same(bundle: Bundle, content: bytes) -> None:
    """Compare the model's answers with the bundle's: to its example, and to a row in which everything is missing."""
    nothing = pd.DataFrame({name: [None] for name in bundle.example.columns}, dtype=object)
    answering = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    for table in (bundle.example, nothing):
        answer = bundle.predict(table)
        for task, found in zip(bundle.tasks, answering.run(None, asked(bundle, table)), strict=True):
            expected = predictions_in(task, answer).reshape(found.shape)
            wrong = ~(np.abs(found - expected) <= SAME * np.maximum(task.scale, np.abs(expected)))
            if wrong.any():
                raise MtlError(
                    f"nothing is written: of task {task.name} the exported model predicts {found[wrong][0]}, and the"
                    f" version {expected[wrong][0]}"
                )
