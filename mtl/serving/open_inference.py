"""The Open Inference Protocol, version 2: each column is a tensor of its name, [N] or [N, 1].

https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md
"""

import json
from collections.abc import Mapping
from typing import Any

from mtl.serving.exchange import as_json
from mtl.serving.finite_answers import finite_predictions
from mtl.serving.predictor import Predictor
from mtl.serving.request_body import RawTable, RequestError, kind_of, some_of
from mtl.serving.request_rows import validate
from mtl.shown import shortened

NUMBERS = frozenset(
    {"BOOL", "FP16", "FP32", "FP64", *(f"{sign}INT{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64))}
)
TEXTS = "BYTES"


def metadata(name: str, version: str, predictor: Predictor) -> dict[str, Any]:
    """What GET /v2/models/NAME answers."""
    inputs = [_tensor(column.name, column.cell.type == "number") for column in predictor.columns]
    outputs = [_tensor(column.name, column.kind == "double") for column in predictor.outputs]
    return {"name": name, "versions": [version], "platform": "mtl", "inputs": inputs, "outputs": outputs}


def infer(name: str, version: str, predictor: Predictor, body: bytes) -> bytes:
    """The answer to a request for inference. Raises RequestError when the body is at fault."""
    request = _request(body)
    table = finite_predictions(predictor, validate(_table(request), predictor.columns, predictor.key))
    wanted = _wanted(request, predictor)
    outputs = [
        {"name": column, "shape": [len(table)], "datatype": kind, "data": table[column].tolist()}
        for column, kind in wanted.items()
    ]
    known = {"id": request["id"]} if isinstance(request.get("id"), str) else {}
    return as_json({"model_name": name, "model_version": version, **known, "outputs": outputs})


def table_of(body: bytes) -> RawTable:
    """The values of a request for inference. Raises RequestError when the body is at fault."""
    return _table(_request(body))


def _table(request: Mapping[str, Any]) -> RawTable:
    cells = {tensor["name"]: _cells(tensor) for tensor in request["inputs"]}
    if len(cells) < len(request["inputs"]):
        raise RequestError("each tensor of 'inputs' must have a name of its own")
    if len({len(column) for column in cells.values()}) > 1:
        lengths = some_of(f"'{column}' has {len(values)}" for column, values in cells.items())
        raise RequestError(f"the tensors of 'inputs' must be of one length; {lengths}")
    return RawTable(cells)


def _request(body: bytes) -> Mapping[str, Any]:
    try:
        request = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RequestError(f"the body is not JSON: {error}") from error
    tensors = request.get("inputs") if isinstance(request, dict) else None
    if not isinstance(tensors, list) or not all(isinstance(tensor, dict) for tensor in tensors):
        raise RequestError("the body must be a JSON object with 'inputs', a list of tensors, one for each column")
    for place, tensor in enumerate(tensors):
        if not isinstance(tensor.get("name"), str):
            raise RequestError(f"tensor {place} of 'inputs' must have a 'name': that of a column")
    return dict(request)


def _cells(tensor: Mapping[str, Any]) -> list[object]:
    """The cells of a column. Raises RequestError for another shape or type."""
    name, data, shape, kind = shortened(tensor["name"]), tensor.get("data"), tensor.get("shape"), tensor.get("datatype")
    if not isinstance(kind, str) or kind not in NUMBERS | {TEXTS}:
        allowed = ", ".join([*sorted(NUMBERS), TEXTS])
        raise RequestError(f"'datatype' of '{name}' must be one of {allowed}; got {shortened(ascii(kind))}")
    if not isinstance(data, list):
        raise RequestError(f"'data' of '{name}' must be a list of values; got {kind_of(data)}")
    if shape not in ([len(data)], [len(data), 1]):
        raise RequestError(
            f"'shape' of '{name}' must be [{len(data)}] or [{len(data)}, 1]; got {shortened(ascii(shape))}"
        )
    return [cell[0] if isinstance(cell, list) and len(cell) == 1 else cell for cell in data]


def _wanted(request: Mapping[str, Any], predictor: Predictor) -> dict[str, str]:
    """The type of each output that is asked for, all of them where none is."""
    known = {column.name: "FP64" if column.kind == "double" else TEXTS for column in predictor.outputs}
    asked = request.get("outputs") or [{"name": name} for name in known]
    if not isinstance(asked, list):
        raise RequestError(f"'outputs' must be a list of tensors by name; got {kind_of(asked)}")
    names = [tensor.get("name") if isinstance(tensor, dict) else None for tensor in asked]
    found = {name: known[name] for name in names if isinstance(name, str) and name in known}
    strange = [name for name in names if name not in list(found)]
    if strange:
        raise RequestError(f"'outputs' may name {some_of(known)}; got {shortened(ascii(strange[0]))}")
    return found


def _tensor(name: str, number: bool) -> dict[str, Any]:
    return {"name": name, "datatype": "FP64" if number else TEXTS, "shape": [-1]}
