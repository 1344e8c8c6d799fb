"""A client's connection: uvicorn's, with a short way for small requests and an end for those that take too long.

The short way: a body that came whole is handed to the app in a plain call, and its answer written by another. What
ASGI needs for that (a task, events, messages of which each header is checked) takes longer than the answer itself.
Whatever the app does not answer so goes the usual way, and so does a request behind another on one connection.
"""

from collections.abc import Callable
from typing import Protocol, TypeAlias, cast, final

from typing_extensions import override
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from mtl.serving.exchange import VERSION_HEADER, Headers

LONGEST = 64 * 2**10
"""Bytes of a body that goes the short way."""

Reply: TypeAlias = Callable[[int, bytes, bytes], None]
"""Called once with a status, a body of JSON and the version of the model that gave it."""

_BEFORE_LENGTH = b"content-type: application/json\r\n" + VERSION_HEADER.lower().encode() + b": "


class ShortWay(Protocol):
    """An ASGI app that answers some requests in a plain call."""

    def answer_soon(self, method: str, path: str, headers: Headers, body: bytes, reply: Reply) -> bool:
        """Whether `reply` will be called; where not, the request is to be answered in the usual way."""


@final
class Connection(HttpToolsProtocol):
    """One connection. Attributes are uvicorn's, but for `_arriving`: the request whose body is awaited."""

    _arriving: tuple[RequestResponseCycle, ASGI3Application] | None = None

    @override
    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        if app is self.app and cycle.more_body and not cycle.waiting_for_100_continue:
            self._arriving = cycle, app
        else:
            super()._start_asgi_task(cycle, app)

    @override
    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        if self._arriving is not None and len(self._arriving[0].body) > LONGEST:
            self._usual_way()

    @override
    def on_message_complete(self) -> None:
        super().on_message_complete()
        if self._arriving is not None and self._arriving[0] is self.cycle and not self._answered_soon(self.cycle):
            self._usual_way()

    def _usual_way(self) -> None:
        if self._arriving is not None:
            (cycle, app), self._arriving = self._arriving, None
            super()._start_asgi_task(cycle, app)

    def _answered_soon(self, cycle: RequestResponseCycle) -> bool:
        app = cast("ShortWay", self.config.app)
        scope, body = cycle.scope, bytes(cycle.body)

        def reply(status: int, content: bytes, version: bytes) -> None:
            self._write(cycle, status, content, version)

        if not app.answer_soon(scope["method"], scope["path"], scope["headers"], body, reply):
            return False
        self._arriving = None
        return True

    def _write(self, cycle: RequestResponseCycle, status: int, content: bytes, version: bytes) -> None:
        """What a cycle does for the messages of an answer, in one go."""
        if cycle.disconnected or cycle.response_complete:
            return
        cycle.response_started = cycle.response_complete = True
        lines = [STATUS_LINE[status], *(b"%b: %b\r\n" % header for header in cycle.default_headers)]
        close = b"" if cycle.keep_alive else b"connection: close\r\n"
        length = b"\r\ncontent-length: %d\r\n" % len(content)
        self.transport.write(b"".join([*lines, _BEFORE_LENGTH, version, length, close, b"\r\n", content]))
        if not cycle.keep_alive:
            self.transport.close()
        self.on_response_complete()
