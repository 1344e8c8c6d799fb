"""Bodies in, predictions out: in the next batch, by themselves, or in full where something is to be said of them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeAlias

import numpy as np
import orjson
from numpy.typing import NDArray

from mtl.serving.compiled import Compiled
from mtl.serving.exchange import Receive, Scope, Send, answer, as_json, header, read_body
from mtl.serving.finite_answers import finite_predictions, refuse_not_finite
from mtl.serving.freed_memory import UNCOLLECTED, give_back_memory
from mtl.serving.http_connection import LONGEST
from mtl.serving.logged_rows import Exchange
from mtl.serving.micro_batches import SMALL, MicroBatches
from mtl.serving.open_inference import infer, table_of
from mtl.serving.prediction_log import PredictionLog
from mtl.serving.predictor import Predictor
from mtl.serving.reload import Follower, Served
from mtl.serving.request_body import JSON_TYPE, RawTable, RequestError, parse
from mtl.serving.request_rows import validate

LOG = logging.getLogger(__name__)
JSON = JSON_TYPE.encode()

LONG_AT_A_TIME = 2
"""Long bodies that are read at a time: each may take many times its size."""

Finds: TypeAlias = Callable[[Served, bytes], Awaitable[bytes]]
Refuses: TypeAlias = Callable[[RequestError], tuple[int, bytes]]
Reads: TypeAlias = Callable[[bytes], RawTable]


class Scoring:
    """What predicts for a server: the champion that a follower serves, in batches."""

    def __init__(self, name: str, follower: Follower, max_body: int, log: PredictionLog | None = None) -> None:
        """`name`: the registered model's; `max_body`: in bytes."""
        self._log = log
        self._name, self._follower, self._max_body = name, follower, max_body
        self._at_length = ThreadPoolExecutor(LONG_AT_A_TIME, thread_name_prefix="long")
        self.batches = MicroBatches()

    def soon(self, body: bytes, tell: Callable[[int, bytes, bytes], None]) -> bool:
        """Whether a body of JSON is answered with the next batch, by a call of `tell`: status, answer and version."""
        served = self._follower.served
        model = served.compiled
        rows = model.bodies.read(body) if model is not None else None
        if model is None or rows is None or len(rows) > SMALL:
            return False
        self.batches.add(model, rows, lambda found: tell(*self._reply(served, model, body, found)))
        return True

    def _reply(
        self, served: Served, model: Compiled, body: bytes, found: NDArray[np.float64] | BaseException
    ) -> tuple[int, bytes, bytes]:
        try:
            answered = self._failed(served) if isinstance(found, BaseException) else (200, _written(model, found))
        except RequestError as error:
            answered = _refused(error)
        self._note(served, body, _of_json, answered)
        return *answered, served.header

    def _note(self, served: Served, body: bytes, read: Reads, answered: tuple[int, bytes]) -> None:
        status, found = answered
        if self._log is not None and status == 200:
            now = datetime.now(UTC)
            self._log.offer(Exchange(served.version, served.predictor, body, read, found, now))

    async def invocations(self, scope: Scope, receive: Receive, send: Send) -> None:
        """POST /invocations."""
        content_type = header(scope["headers"], b"content-type")
        read = partial(parse, content_type=_text(content_type))

        async def found(served: Served, body: bytes) -> bytes:
            return await self._answer_to(served, body, content_type)

        await self._answered(receive, send, found, _refused, read)

    async def infer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """POST /v2/models/NAME/infer."""

        async def found(served: Served, body: bytes) -> bytes:
            return await self._threaded(body, infer, self._name, served.version, served.predictor, body)

        await self._answered(receive, send, found, _refused_tensors, table_of)

    async def _answered(self, receive: Receive, send: Send, find: Finds, refused: Refuses, read: Reads) -> None:
        served, size, body = self._follower.served, 0, b""
        try:
            body = await read_body(receive, self._max_body)
            size = len(body)
            status, found = 200, await find(served, body)
        except RequestError as error:
            status, found = refused(error)
        except Exception:
            LOG.exception("version %s of %s failed to predict", served.version, self._name)
            status, found = self._failed(served)
        await answer(send, found, status, served.header)
        self._note(served, body, read, (status, found))
        if size > LONGEST:  # now that an error's frames, which hold what was read, are gone
            body = found = b""
            await asyncio.get_running_loop().run_in_executor(self._at_length, give_back_memory)

    def _failed(self, served: Served) -> tuple[int, bytes]:
        message = f"version {served.version} of {self._name} failed on valid input; the server's log says why"
        return 500, as_json({"error_code": "INTERNAL_ERROR", "message": message})

    async def _answer_to(self, served: Served, body: bytes, content_type: bytes | None) -> bytes:
        model = served.compiled
        if model is not None and content_type == JSON:
            if len(body) > LONGEST:
                return await self._threaded(body, _at_length, served.predictor, model, body)
            rows = model.bodies.read(body)
            if rows is not None:
                return _written(model, await self.batches.predict(model, rows))
        return await self._threaded(body, _in_full, served.predictor, body, _text(content_type))

    async def _threaded(self, body: bytes, call: Callable[..., bytes], *arguments: object) -> bytes:
        threads = self._at_length if len(body) > LONGEST else None
        return await asyncio.get_running_loop().run_in_executor(threads, partial(call, *arguments))


def predict(predictor: Predictor, body: bytes, content_type: str | None) -> dict[str, Any]:
    """The answer to a request's body. Raises RequestError when the body is at fault."""
    table = validate(parse(body, content_type), predictor.columns, predictor.key)
    return {"predictions": finite_predictions(predictor, table).to_dict("records")}


def _refused(error: RequestError) -> tuple[int, bytes]:
    return error.status, as_json({"error_code": "INVALID_PARAMETER_VALUE", "message": str(error)})


def _refused_tensors(error: RequestError) -> tuple[int, bytes]:
    return error.status, as_json({"error": str(error)})


def _of_json(body: bytes) -> RawTable:
    return parse(body, JSON_TYPE)


def _text(content_type: bytes | None) -> str | None:
    return None if content_type is None else content_type.decode("latin-1")


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
        refuse_not_finite(*wrong)
    return orjson.dumps({"predictions": model.form.rows(predictions)})
