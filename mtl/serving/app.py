"""The HTTP app: the protocols of MLflow's scoring server and of Open Inference, with messages that name the column.

GET  /              a form for a person, made of /form; POST /single-task for what stands beside its predictions
POST /invocations   dataframe_split, dataframe_records, instances, inputs (JSON) or text/csv → {"predictions": […]}
GET  /ping          200 while a model is loaded
GET  /health        what is served, and whether the champion can be followed
GET  /version       the registered model's name and version
GET  /metrics       counts, for Prometheus
GET  /openapi.json  all of this for programs, and /docs for people
GET  /v2/health/live, /v2/health/ready, /v2/models/NAME, /v2/models/NAME/ready; POST /v2/models/NAME/infer
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import Any, TypeAlias

from mtl.serving.api_document import example_body, openapi
from mtl.serving.api_keys import ApiKeys
from mtl.serving.ask_page import SingleTask, answer_beside, form_of, page_of
from mtl.serving.docs_page import docs_page
from mtl.serving.exchange import Headers, Message, Receive, Scope, Send, answer, as_json, header
from mtl.serving.http_connection import Reply
from mtl.serving.logged_rows import LogTo
from mtl.serving.open_inference import metadata
from mtl.serving.prediction_log import PredictionLog
from mtl.serving.prometheus import TEXT_TYPE, Counts, exposition
from mtl.serving.reload import Follower, Served
from mtl.serving.scoring import JSON, Scoring, predict

__all__ = ["App", "create_app", "predict"]

MAX_BODY = 16 * 2**20
"""Bytes of a request's body: about 100,000 rows of 20 numbers."""

OPEN = frozenset({"/", "/ping", "/health", "/v2/health/live", "/v2/health/ready"})
"""What is answered without a key: whoever restarts a server has none, and the page is where a person types one."""

HTML = b"text/html; charset=utf-8"

Route: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]
Told: TypeAlias = Callable[[Served], object]


def create_app(
    name: str,
    follower: Follower,
    max_body: int = MAX_BODY,
    keys: ApiKeys | None = None,
    log: LogTo | None = None,
    single_task: SingleTask | None = None,
) -> "App":
    """The app that answers with what `follower` serves, who has one of `keys`, and logs what it predicted.

    `name`: the registered model's. `max_body`: in bytes. `single_task`: what the page shows beside its predictions.
    """
    return App(name, follower, max_body, keys or ApiKeys(), None if log is None else PredictionLog(log), single_task)


class App:
    """An ASGI app. Its routes are a table: a framework's take as long as a row through a network."""

    def __init__(
        self,
        name: str,
        follower: Follower,
        max_body: int,
        keys: ApiKeys,
        log: PredictionLog | None,
        single_task: SingleTask | None,
    ) -> None:
        self._name, self._follower, self._keys, self._log = name, follower, keys, log
        self._max_body, self._single_task = max_body, single_task
        self._scoring, self._counts = Scoring(name, follower, max_body, log), Counts()
        self._scores: Mapping[str, Route] = {
            "/invocations": self._scoring.invocations,
            f"/v2/models/{name}/infer": self._scoring.infer,
        }
        self._told: Mapping[str, Told] = {
            "/health": self._health,
            "/version": lambda served: {**self._described(served), "server": _package_version()},
            "/openapi.json": lambda served: openapi(name, served.version, served.predictor, bool(keys.digests)),
            "/v2/health/live": lambda served: {"live": True},
            "/v2/health/ready": lambda served: {"ready": True},
            f"/v2/models/{name}": lambda served: metadata(name, served.version, served.predictor),
            f"/v2/models/{name}/ready": lambda served: {"ready": True},
        }
        self._others: Mapping[str, Route] = {
            "/": self._page,
            "/form": self._form,
            "/ping": _ping,
            "/metrics": self._metrics,
            "/docs": self._docs,
            "/single-task": self._beside,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        if scope["type"] != "http":
            return
        path, served = scope["path"], self._follower.served
        method = "POST" if path in self._scores or path == "/single-task" else "GET"
        if path not in OPEN and not self._keys.allow(scope["headers"]):
            message = "expected a key, as `Authorization: Bearer KEY` or `X-API-Key: KEY`; none came, or a wrong one"
            await answer(send, as_json({"error_code": "UNAUTHENTICATED", "message": message}), 401)
        elif path not in self._scores and path not in self._told and path not in self._others:
            await answer(send, as_json({"detail": "Not Found"}), 404)
        elif scope["method"] != method:
            await answer(send, as_json({"detail": "Method Not Allowed"}), 405)
        elif path in self._told:
            await answer(send, as_json(self._told[path](served)), 200, served.header)
        elif path in self._scores:
            await self._counted(self._scores[path], scope, receive, send)
        else:
            await self._others[path](scope, receive, send)

    def answer_soon(self, method: str, path: str, headers: Headers, body: bytes, reply: Reply) -> bool:
        """See `ShortWay`: rows in JSON in which nothing is wrong, few enough to be predicted with others."""
        if path != "/invocations" or method != "POST" or header(headers, b"content-type") != JSON:
            return False
        begun, note = time.perf_counter(), self._counts.note

        def tell(status: int, content: bytes, served: bytes) -> None:
            reply(status, content, served)
            note(status, begun)

        return self._keys.allow(headers) and self._scoring.soon(body, tell)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Log from the server's start to its end, when the last answer was given."""
        while True:
            word = (await receive())["type"]
            if word == "lifespan.startup" and self._log is not None:
                self._log.start()
            elif word == "lifespan.shutdown" and self._log is not None:
                await asyncio.get_running_loop().run_in_executor(None, self._log.close)
            await send({"type": f"{word}.complete"})
            if word == "lifespan.shutdown":
                return

    async def _counted(self, route: Route, scope: Scope, receive: Receive, send: Send) -> None:
        begun = time.perf_counter()

        async def counting(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._counts.note(message["status"], begun)
            await send(message)

        await route(scope, receive, counting)

    async def _metrics(self, scope: Scope, receive: Receive, send: Send) -> None:
        log = None if self._log is None else self._log.counts
        text = exposition(self._name, self._counts, self._scoring.batches, self._follower, log)
        await answer(send, text.encode(), media_type=TEXT_TYPE.encode())

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        await answer(send, page_of(self._name, bool(self._keys.digests)).encode(), media_type=HTML)

    async def _form(self, scope: Scope, receive: Receive, send: Send) -> None:
        """On a thread: models of one task may have to be fetched first."""
        served = self._follower.served
        call = partial(form_of, self._name, served, self._single_task)
        found = await asyncio.get_running_loop().run_in_executor(None, call)
        await answer(send, as_json(found), 200, served.header)

    async def _beside(self, scope: Scope, receive: Receive, send: Send) -> None:
        await answer_beside(self._follower.served, self._single_task, self._max_body, scope, receive, send)

    async def _docs(self, scope: Scope, receive: Receive, send: Send) -> None:
        served = self._follower.served
        host, port = scope.get("server") or ("localhost", 80)
        address = f"{scope['scheme']}://{f'[{host}]' if ':' in host else host}:{port}"
        page = docs_page(self._name, served.version, served.predictor, example_body(served.predictor), address)
        await answer(send, page.encode(), 200, served.header, HTML)

    def _health(self, served: Served) -> dict[str, Any]:
        failure = self._follower.failure
        return {
            "status": "ok" if failure is None else "degraded",
            "reload_error": failure,
            **self._described(served),
        }

    def _described(self, served: Served) -> dict[str, str]:
        return {"model": self._name, "version": served.version, "bundle": served.predictor.digest}


async def _ping(scope: Scope, receive: Receive, send: Send) -> None:
    await answer(send, b"\n")


def _package_version() -> str:
    try:
        return version("mtl-pipeline")
    except PackageNotFoundError:  # run from a source tree
        return "unknown"
