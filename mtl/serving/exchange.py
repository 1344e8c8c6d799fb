"""One HTTP request and its answer, in the words of ASGI, without a framework: these cost more than small networks."""

import json
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, TypeAlias

from mtl.serving.request_body import JSON_TYPE, RequestError

Message: TypeAlias = MutableMapping[str, Any]
Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
AsgiApp: TypeAlias = Callable[[Any, Any, Any], Awaitable[None]]
Headers: TypeAlias = Iterable[tuple[bytes, bytes]]
"""Names in lower case, as ASGI has them."""

VERSION_HEADER = "X-Model-Version"


def header(headers: Headers, name: bytes) -> bytes | None:
    """The first header of that name, in lower case; None where there is none."""
    for key, value in headers:
        if key == name:
            return value
    return None


async def read_body(receive: Receive, limit: int) -> bytes:
    """The body, unless it is longer than `limit` bytes: refused while it arrives, so that memory is bounded."""
    message = await receive()
    body = message.get("body", b"")
    if message.get("more_body"):
        body = await _rest(receive, body, limit)
    if message["type"] == "http.disconnect":
        raise RequestError("the client left before its body was complete")
    _require_short(len(body), limit)
    return bytes(body)


async def _rest(receive: Receive, first: bytes, limit: int) -> bytes:
    chunks, size, more = [first], len(first), True
    while more:
        _require_short(size, limit)
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RequestError("the client left before its body was complete")
        chunks.append(message.get("body", b""))
        size, more = size + len(chunks[-1]), message.get("more_body", False)
    return b"".join(chunks)


def _require_short(size: int, limit: int) -> None:
    if size > limit:
        raise RequestError(f"the body must not be longer than {limit} bytes; send the rows in parts", 413)


async def answer(
    send: Send, body: bytes, status: int = 200, version: bytes | None = None, media_type: bytes = JSON_TYPE.encode()
) -> None:
    """Send a whole answer. `version`: of the model that gave it."""
    headers = [(b"content-type", media_type), (b"content-length", b"%d" % len(body))]
    if version is not None:
        headers.append((VERSION_HEADER.lower().encode(), version))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def as_json(content: object) -> bytes:
    """JSON in ASCII, since a message may quote half a surrogate pair, which UTF-8 cannot carry."""
    return json.dumps(content, allow_nan=False).encode()
