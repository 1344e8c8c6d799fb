"""A client's connection: uvicorn's, with a short way for small requests and an end for those that take too long.

The short way: a body that came whole is handed to the app in a plain call, and its answer written by another. What
ASGI needs for that (a task, events, messages of which each header is checked) takes longer than the answer itself.
Whatever the app does not answer so goes the usual way, and so does a request behind another on one connection.
"""

from asyncio import BaseTransport, TimerHandle, Transport
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol, TypeAlias, cast

from typing_extensions import override
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from mtl.serving.exchange import VERSION_HEADER, Headers, as_json

LONGEST = 64 * 2**10
"""Bytes of a body that goes the short way."""


@dataclass(frozen=True)
class Bounds:
    """What one client may take.

    Attributes:
        connections: that are open at a time, of all clients.
        request_seconds: from a request's first byte, or from the beginning of a connection, to its last.
        answer_seconds: for an answer to be read.
        idle_seconds: between an answer and the next request.
        head_bytes: of a request's line and headers.
    """

    connections: int = 1000
    request_seconds: float = 20.0
    answer_seconds: float = 60.0
    idle_seconds: float = 15.0
    head_bytes: int = 64 * 2**10


Reply: TypeAlias = Callable[[int, bytes, bytes], None]
"""Called once with a status, a body of JSON and the version of the model that gave it."""

_BEFORE_LENGTH = b"content-type: application/json\r\n" + VERSION_HEADER.lower().encode() + b": "


class ShortWay(Protocol):
    """An ASGI app that answers some requests in a plain call."""

    def answer_soon(self, method: str, path: str, headers: Headers, body: bytes, reply: Reply) -> bool:
        """Whether `reply` will be called; where not, the request is to be answered in the usual way."""


class Connection(HttpToolsProtocol):
    """One connection. `bounds` are set in a class of its own for each server, since uvicorn makes the connections.

    Of the other attributes that are not uvicorn's, `_arriving` is the request whose body is awaited, `_head` the bytes
    of a head that is not whole, None where it is, and `_end` when a request that is not whole is too late.
    """

    bounds: ClassVar[Bounds] = Bounds()

    _arriving: tuple[RequestResponseCycle, ASGI3Application] | None = None
    _head: int | None = 0
    _end: TimerHandle | None = None

    @override
    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(cast("Transport", transport))
        if len(self.connections) > self.bounds.connections:
            self._refuse(503, f"more than {self.bounds.connections} connections are open; try again later")
        else:
            self._end = self.loop.call_later(self.bounds.request_seconds, self._too_late)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._in_time()
        super().connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        if self._head is not None:
            self._head += len(data)
        super().data_received(data)
        if self._head is not None and self._head > self.bounds.head_bytes:
            self._refuse(431, f"a request's headers must not be longer than {self.bounds.head_bytes} bytes")
        elif self._head != 0 and self._end is None:
            self._end = self.loop.call_later(self.bounds.request_seconds, self._too_late)

    @override
    def on_headers_complete(self) -> None:
        self._head = None
        super().on_headers_complete()

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
        self._head = 0
        self._in_time()
        super().on_message_complete()
        if self._arriving is not None and self._arriving[0] is self.cycle and not self._answered_soon(self.cycle):
            self._usual_way()

    @override
    def timeout_keep_alive_handler(self) -> None:
        """A client that has not read its answer yet is not idle; one that never does is not waited for."""
        if self.transport.get_write_buffer_size():
            self.loop.call_later(self.bounds.answer_seconds, self.transport.abort)
        super().timeout_keep_alive_handler()

    def _in_time(self) -> None:
        if self._end is not None:
            self._end.cancel()
            self._end = None

    def _too_late(self) -> None:
        self._refuse(408, f"a request must be whole within {self.bounds.request_seconds:g} s")

    def _refuse(self, status: int, message: str) -> None:
        """Answer, unless an answer is under way, and close."""
        self._in_time()
        if self.cycle is None or not self.cycle.response_started or self.cycle.response_complete:
            content = as_json({"error_code": "INVALID_PARAMETER_VALUE", "message": message})
            length = b"content-length: %d\r\nconnection: close\r\n\r\n" % len(content)
            head = b"content-type: application/json\r\n"
            self.transport.write(b"".join([STATUS_LINE[status], head, length, content]))
        self.transport.close()

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
