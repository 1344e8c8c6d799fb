"""What a server of ours answers: programs of this machine, and its own pages.

Prefect alone answers any page that a browser has open, and any name that such a page gives to this machine.
"""

import re

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

LOOPBACK = "127.0.0.1"
NAMES = (LOOPBACK, "localhost")
"""What the machine calls itself: a page that has another name for it was not served by us."""

OURS = re.compile(rf"({'|'.join(map(re.escape, NAMES))})(:\d+)?", re.IGNORECASE)


def own_origins(port: int) -> tuple[str, ...]:
    """What a browser calls our own pages."""
    return tuple(f"http://{name}:{port}" for name in NAMES)


class OwnPagesOnly:
    """Refuses, with 403, what names another host than this machine, or comes from a page of other than `origins`."""

    def __init__(self, app: ASGIApp, origins: tuple[str, ...]) -> None:
        self._app, self._origins = app, origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request or a websocket, or have it refused; anything else is none of a page's."""
        if scope["type"] in ("http", "websocket"):
            reason = self._refused(scope)
            if reason:
                refusal = WebSocketClose() if scope["type"] == "websocket" else PlainTextResponse(reason, 403)
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _refused(self, scope: Scope) -> str:
        said = [(name, value.decode("latin-1")) for name, value in scope["headers"]]
        hosts = [value for name, value in said if name == b"host"]
        if len(hosts) != 1 or not OURS.fullmatch(hosts[0]):
            return f"Host: expected one of {', '.join(NAMES)}, got {', '.join(hosts) or 'none'}"
        foreign = [value for name, value in said if name == b"origin" and value not in self._origins]
        return f"Origin: expected one of {', '.join(self._origins)}, got {', '.join(foreign)}" if foreign else ""
