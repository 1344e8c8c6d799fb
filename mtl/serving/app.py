"""The HTTP app: the protocol of MLflow's scoring server, with answers by task and messages that name the column.

POST /invocations   dataframe_split, dataframe_records, instances, inputs (JSON) or text/csv → {"predictions": […]}
GET  /ping          200 while a model is loaded
GET  /health        what is served, and whether the champion can be followed
GET  /version       the registered model's name and version
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from typing import Any, TypeAlias

import numpy as np
import orjson
import pandas as pd
from numpy.typing import NDArray

from mtl.serving.api_keys import ApiKeys
from mtl.serving.compiled import Compiled
from mtl.serving.exchange import Headers, Receive, Scope, Send, answer, as_json, header, read_body
from mtl.serving.freed_memory import UNCOLLECTED, give_back_memory
from mtl.serving.http_connection import LONGEST, Reply
from mtl.serving.micro_batches import SMALL, MicroBatches
from mtl.serving.predictor import Predictor
from mtl.serving.reload import Follower, Served
from mtl.serving.request_body import JSON_TYPE, RequestError, parse
from mtl.serving.request_rows import validate

LOG = logging.getLogger(__name__)
MAX_BODY = 16 * 2**20
"""Bytes of a request's body: about 100,000 rows of 20 numbers."""

JSON = JSON_TYPE.encode()

LONG_AT_A_TIME = 2
"""Long bodies that are read at a time: each may take many times its size."""

Route: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]


OPEN = frozenset({"/ping", "/health"})
"""What is answered without a key: whoever restarts a server has none."""


def create_app(name: str, follower: Follower, max_body: int = MAX_BODY, keys: ApiKeys | None = None) -> "App":
    """The app that answers with what `follower` serves, who has one of `keys`.

    `name`: the registered model's. `max_body`: in bytes.
    """
    return App(name, follower, max_body, keys or ApiKeys())


class App:
    """An ASGI app. Its routes are a table: a framework's take as long as a row through a network."""

    def __init__(self, name: str, follower: Follower, max_body: int, keys: ApiKeys) -> None:
        self._name, self._follower, self._max_body, self._keys = name, follower, max_body, keys
        self._at_length = ThreadPoolExecutor(LONG_AT_A_TIME, thread_name_prefix="long")
        self._batches = MicroBatches()
        self._routes: Mapping[str, tuple[str, Route]] = {
            "/invocations": ("POST", self._invocations),
            "/ping": ("GET", self._ping),
            "/health": ("GET", self._health),
            "/version": ("GET", self._version),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            return
        method, route = self._routes.get(scope["path"], ("", None))
        if scope["path"] not in OPEN and not self._keys.allow(scope["headers"]):
            message = "expected a key, as `Authorization: Bearer KEY` or `X-API-Key: KEY`; none came, or a wrong one"
            await answer(send, as_json({"error_code": "UNAUTHENTICATED", "message": message}), 401)
        elif route is None:
            await answer(send, as_json({"detail": "Not Found"}), 404)
        elif scope["method"] != method:
            await answer(send, as_json({"detail": "Method Not Allowed"}), 405)
        else:
            await route(scope, receive, send)

    def answer_soon(self, method: str, path: str, headers: Headers, body: bytes, reply: Reply) -> bool:
        """See `ShortWay`: rows in JSON in which nothing is wrong, few enough to be predicted with others."""
        if path != "/invocations" or method != "POST" or header(headers, b"content-type") != JSON:
            return False
        if not self._keys.allow(headers):
            return False
        served = self._follower.served
        model = served.compiled
        rows = model.bodies.read(body) if model is not None else None
        if model is None or rows is None or len(rows) > SMALL:
            return False
        self._batches.add(model, rows, lambda found: reply(*self._reply(served, model, found)))
        return True

    def _reply(
        self, served: Served, model: Compiled, found: NDArray[np.float64] | BaseException
    ) -> tuple[int, bytes, bytes]:
        try:
            answered = self._failed(served) if isinstance(found, BaseException) else (200, _written(model, found))
        except RequestError as error:
            answered = _refused(error)
        return *answered, served.header

    async def _invocations(self, scope: Scope, receive: Receive, send: Send) -> None:
        served, size = self._follower.served, 0
        try:
            body = await read_body(receive, self._max_body)
            size = len(body)
            status, found = 200, await self._answer_to(served, body, header(scope["headers"], b"content-type"))
        except RequestError as error:
            status, found = _refused(error)
        except Exception:
            LOG.exception("version %s of %s failed to predict", served.version, self._name)
            status, found = self._failed(served)
        await answer(send, found, status, served.header)
        if size > LONGEST:  # now that an error's frames, which hold what was read, are gone
            body = found = b""
            await asyncio.get_running_loop().run_in_executor(self._at_length, give_back_memory)

    def _failed(self, served: Served) -> tuple[int, bytes]:
        message = f"version {served.version} of {self._name} failed on valid input; the server's log says why"
        return 500, as_json({"error_code": "INTERNAL_ERROR", "message": message})

    async def _answer_to(self, served: Served, body: bytes, content_type: bytes | None) -> bytes:
        model, loop = served.compiled, asyncio.get_running_loop()
        if model is not None and content_type == JSON:
            if len(body) > LONGEST:
                return await loop.run_in_executor(self._at_length, _at_length, served.predictor, model, body)
            rows = model.bodies.read(body)
            if rows is not None:
                return _written(model, await self._batches.predict(model, rows))
        media_type = None if content_type is None else content_type.decode("latin-1")
        threads = self._at_length if len(body) > LONGEST else None
        return await loop.run_in_executor(threads, _in_full, served.predictor, body, media_type)

    async def _ping(self, scope: Scope, receive: Receive, send: Send) -> None:
        await answer(send, b"\n")

    async def _health(self, scope: Scope, receive: Receive, send: Send) -> None:
        failure, served = self._follower.failure, self._follower.served
        status = {"status": "ok" if failure is None else "degraded", "reload_error": failure}
        await answer(send, as_json({**status, **self._described(served)}), 200, served.header)

    async def _version(self, scope: Scope, receive: Receive, send: Send) -> None:
        served = self._follower.served
        await answer(send, as_json({**self._described(served), "server": _package_version()}), 200, served.header)

    def _described(self, served: Served) -> dict[str, str]:
        return {"model": self._name, "version": served.version, "bundle": served.predictor.digest}


def predict(predictor: Predictor, body: bytes, content_type: str | None) -> dict[str, Any]:
    """The answer to a request's body. Raises RequestError when the body is at fault."""
    table = validate(parse(body, content_type), predictor.columns)
    with np.errstate(all="ignore"):  # what overflows is refused by its result
        predictions = predictor.predict(table)
    _require_finite(predictions)
    return {"predictions": predictions.to_dict("records")}


def _refused(error: RequestError) -> tuple[int, bytes]:
    return error.status, as_json({"error_code": "INVALID_PARAMETER_VALUE", "message": str(error)})


def _in_full(predictor: Predictor, body: bytes, content_type: str | None) -> bytes:
    with UNCOLLECTED:
        return as_json(predict(predictor, body, content_type))


def _at_length(predictor: Predictor, model: Compiled, body: bytes) -> bytes:
    with UNCOLLECTED:
        rows = model.bodies.read(body)
        if rows is None:
            return as_json(predict(predictor, body, JSON_TYPE))
        return _written(model, model.predict(rows))


def _written(model: Compiled, predictions: NDArray[np.float64]) -> bytes:
    wrong = None if np.isfinite(predictions).all() else model.form.not_finite(predictions)
    if wrong is not None:
        _refuse(*wrong)
    return orjson.dumps({"predictions": model.form.rows(predictions)})


def _require_finite(predictions: pd.DataFrame) -> None:
    """A number that is far outside the training data can overflow the network: no answer is better than a wrong one."""
    numbers = predictions.select_dtypes("number")
    wrong = np.argwhere(~np.isfinite(numbers.to_numpy(dtype=np.float64)))
    if len(wrong):
        row, column = wrong[0]
        _refuse(str(numbers.columns[column]), int(row))


def _refuse(column: str, row: int) -> None:
    raise RequestError(
        f"there is no finite prediction of '{column}' for row {row}: its numbers lie too far outside the training data"
    )


def _package_version() -> str:
    try:
        return version("mtl-pipeline")
    except PackageNotFoundError:  # run from a source tree
        return "unknown"
