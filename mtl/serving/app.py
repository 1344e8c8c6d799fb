"""The HTTP app: the protocol of MLflow's scoring server, with answers by task and messages that name the column.

POST /invocations   dataframe_split, dataframe_records, instances, inputs (JSON) or text/csv → {"predictions": […]}
GET  /ping          200 while a model is loaded
GET  /health        what is served, and whether the champion can be followed
GET  /version       the registered model's name and version
"""

import json
import logging
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
import pandas as pd
from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from mtl.serving.predictor import Predictor
from mtl.serving.reload import Follower, Served
from mtl.serving.request_body import JSON_TYPE, RequestError, parse
from mtl.serving.request_rows import validate

LOG = logging.getLogger(__name__)
VERSION_HEADER = "X-Model-Version"
MAX_BODY = 16 * 2**20
"""Bytes of a request's body: about 100,000 rows of 20 numbers."""


def create_app(name: str, follower: Follower, max_body: int = MAX_BODY) -> FastAPI:
    """The app that answers with what `follower` serves. `name`: the registered model's. `max_body`: in bytes."""
    app = FastAPI(title=name, docs_url=None, redoc_url=None, openapi_url=None)

    @app.post("/invocations")
    async def invocations(request: Request) -> Response:
        served = follower.served
        try:
            body = await _body(request, max_body)
            content_type = request.headers.get("content-type")
            # In a thread, so that a long table does not keep other requests waiting.
            answer = await run_in_threadpool(predict, served.predictor, body, content_type)
        except RequestError as error:
            return _json({"error_code": "INVALID_PARAMETER_VALUE", "message": str(error)}, served, error.status)
        except Exception:
            LOG.exception("version %s of %s failed to predict", served.version, name)
            message = f"version {served.version} of {name} failed on valid input; the server's log says why"
            return _json({"error_code": "INTERNAL_ERROR", "message": message}, served, 500)
        return _json(answer, served)

    @app.get("/ping")
    async def ping() -> Response:
        return Response("\n", media_type=JSON_TYPE)

    @app.get("/health")
    async def health() -> Response:
        failure = follower.failure
        status = {"status": "ok" if failure is None else "degraded", "reload_error": failure}
        return _json({**status, **_described(name, follower.served)}, follower.served)

    @app.get("/version")
    async def model_version() -> Response:
        return _json({**_described(name, follower.served), "server": _package_version()}, follower.served)

    return app


def predict(predictor: Predictor, body: bytes, content_type: str | None) -> dict[str, Any]:
    """The answer to a request's body. Raises RequestError when the body is at fault."""
    table = validate(parse(body, content_type), predictor.columns)
    with np.errstate(all="ignore"):  # what overflows is refused by its result
        predictions = predictor.predict(table)
    _require_finite(predictions)
    return {"predictions": predictions.to_dict("records")}


async def _body(request: Request, limit: int) -> bytes:
    """The body, unless it is longer than `limit`: refused while it arrives, so that memory is bounded."""
    chunks: list[bytes] = []
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit:
                raise RequestError(f"the body must not be longer than {limit} bytes; send the rows in parts", 413)
            chunks.append(chunk)
    except ClientDisconnect as gone:
        raise RequestError("the client left before its body was complete") from gone
    return b"".join(chunks)


def _require_finite(predictions: pd.DataFrame) -> None:
    """A number that is far outside the training data can overflow the network: no answer is better than a wrong one."""
    numbers = predictions.select_dtypes("number")
    wrong = np.argwhere(~np.isfinite(numbers.to_numpy(dtype=np.float64)))
    if len(wrong):
        row, column = wrong[0]
        raise RequestError(
            f"there is no finite prediction of '{numbers.columns[column]}' for row {row}: "
            "its numbers lie too far outside the training data"
        )


def _json(content: dict[str, Any], served: Served, status: int = 200) -> Response:
    # ASCII, since a message may quote half a surrogate pair, which UTF-8 cannot carry.
    text = json.dumps(content, allow_nan=False)
    return Response(text, status, {VERSION_HEADER: served.version}, JSON_TYPE)


def _described(name: str, served: Served) -> dict[str, str]:
    return {"model": name, "version": served.version, "bundle": served.predictor.digest}


def _package_version() -> str:
    try:
        return version("mtl-pipeline")
    except PackageNotFoundError:  # run from a source tree
        return "unknown"
