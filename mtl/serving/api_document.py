"""The OpenAPI document of a server, made from the columns of the champion that it serves."""

from collections.abc import Mapping, Sequence
from typing import Any

from mtl.features.cells import CATEGORY, DATE, TRUTH, Cell
from mtl.serving.compared import plain_columns
from mtl.serving.predictor import Predictor
from mtl.serving.request_body import CSV_TYPE, JSON_TYPE

EXAMPLE_ROWS = 2


def example_body(predictor: Predictor, rows: int = EXAMPLE_ROWS) -> dict[str, Any]:
    """A body that is answered: the first of the model's example rows, as `dataframe_records`."""
    table = predictor.example.head(rows)
    columns = plain_columns(predictor, table)
    return {"dataframe_records": [{name: cells[row] for name, cells in columns.items()} for row in range(len(table))]}


def openapi(name: str, version: str, predictor: Predictor, keyed: bool) -> dict[str, Any]:
    """OpenAPI 3.1. `name`: the registered model's; `keyed`: whether a key is asked for."""
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": name, "version": version},
        "paths": {
            "/invocations": {"post": _invocations(predictor)},
            f"/v2/models/{name}/infer": {"post": _infer(predictor)},
            **{path: {"get": _get(what)} for path, what in _gets(name).items()},
        },
        "components": {"schemas": {"Row": _row(predictor), "Prediction": _prediction(predictor), **_ERRORS}},
    }
    if keyed:
        document["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        document["security"] = [{"key": []}]
    return document


_ERRORS = {
    "Error": {
        "type": "object",
        "properties": {"error_code": {"type": "string"}, "message": {"type": "string"}},
        "required": ["message"],
    },
    "TensorError": {"type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"]},
}


def _gets(name: str) -> Mapping[str, str]:
    return {
        "/ping": "200 while a model is loaded",
        "/health": "what is served, and whether the champion can be followed",
        "/version": "the registered model's name and version",
        "/metrics": "counts, for Prometheus",
        "/form": "what the form at / is made of",
        "/v2/health/live": "200 while the server runs",
        "/v2/health/ready": "200 while a model is loaded",
        f"/v2/models/{name}": "the model's tensors",
    }


def _get(what: str) -> dict[str, Any]:
    return {"summary": what, "responses": {"200": {"description": what}}}


def _invocations(predictor: Predictor) -> dict[str, Any]:
    forms = {
        "oneOf": [
            _form("dataframe_split", _SPLIT),
            *(_form(form, _rows()) for form in ("dataframe_records", "instances", "inputs")),
        ]
    }
    content = {
        JSON_TYPE: {"schema": forms, "example": example_body(predictor)},
        CSV_TYPE: {"schema": {"type": "string"}},
    }
    predictions = {"type": "array", "items": {"$ref": "#/components/schemas/Prediction"}}
    found = {"type": "object", "properties": {"predictions": predictions}, "required": ["predictions"]}
    return _post("predict every task for some rows", content, found, "Error")


def _infer(predictor: Predictor) -> dict[str, Any]:
    columns = plain_columns(predictor, predictor.example.head(1))
    kinds = {column.name: column.cell.type for column in predictor.columns}
    tensors = [
        {"name": name, "shape": [1], "datatype": "FP64" if kinds[name] == "number" else "BYTES", "data": cells}
        for name, cells in columns.items()
    ]
    schema = {"type": "object", "properties": {"inputs": {"type": "array"}}, "required": ["inputs"]}
    content = {JSON_TYPE: {"schema": schema, "example": {"inputs": tensors}}}
    return _post("as /invocations, in the Open Inference Protocol", content, {"type": "object"}, "TensorError")


def _post(what: str, content: Mapping[str, Any], found: Mapping[str, Any], error: str) -> dict[str, Any]:
    """`error`: the schema of what a body that is wrong is answered; a key is asked for before it is read."""
    refused = {
        "400": "what is wrong with the body",
        "401": "a key is asked for",
        "413": "the body is too long",
        "415": "another type of content",
    }
    good = {"description": "a prediction for each row", "content": {JSON_TYPE: {"schema": found}}}
    named = {status: "Error" if status == "401" else error for status in refused}
    responses = {
        "200": good,
        **{status: {"description": refused[status], **_told(named[status])} for status in refused},
    }
    return {"summary": what, "requestBody": {"required": True, "content": content}, "responses": responses}


def _told(schema: str) -> dict[str, Any]:
    return {"content": {JSON_TYPE: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}}


_SPLIT = {
    "type": "object",
    "properties": {
        "columns": {"type": "array", "items": {"type": "string"}},
        "data": {"type": "array", "items": {"type": "array"}},
    },
    "required": ["columns", "data"],
}


def _form(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": {name: schema}, "required": [name]}


def _rows() -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": "#/components/schemas/Row"}, "minItems": 1}


def _row(predictor: Predictor) -> dict[str, Any]:
    names = [column.name for column in predictor.columns]
    return _object({column.name: _cell(column.cell) for column in predictor.columns}, names)


def _prediction(predictor: Predictor) -> dict[str, Any]:
    kinds = {output.name: {"type": "number" if output.kind == "double" else "string"} for output in predictor.outputs}
    return _object(kinds, list(kinds))


def _object(properties: Mapping[str, Any], required: Sequence[str]) -> dict[str, Any]:
    return {"type": "object", "properties": dict(properties), "required": list(required)}


def _cell(cell: Cell) -> dict[str, Any]:
    if cell is TRUTH:
        return {"enum": [True, False, 1, 0, None]}
    if cell is DATE:
        return {"type": ["string", "null"], "format": "date-time"}
    if cell is CATEGORY:
        return {"type": ["string", "number", "boolean", "null"]}
    return {"type": ["number", "boolean", "null"] if cell.type == "number" else ["string", "null"]}
