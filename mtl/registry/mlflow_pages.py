"""MLflow's server as `mtl ui` starts it, by an entry point of this package: its pages and API without the assistant.

MLflow 3.17 opens a chat about setting up a language model over the first page that a browser sees on this machine, and
has no switch for it: the condition is the host's name, in its script. What remembers that the chat was open before is
set ahead of that script; its button is not shown; and nothing is asked of a language model through this server.
"""

from importlib import import_module

from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ASSISTANT = "/ajax-api/3.0/mlflow/assistant/"

AHEAD = (
    '<script>localStorage.setItem("mlflow.assistant.fab.autoOpenedOnFirstLoad_v1", "true")</script>'
    "<style>[data-assistant-ui] { display: none !important }</style>"
)


class WithoutAssistant:
    """An app of MLflow's, whose first page hides the assistant, and which refuses to be one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; what an app is asked besides, such as to start, is passed on."""
        path = scope["path"] if scope["type"] == "http" else None
        if path is not None and path.startswith(ASSISTANT) and scope["method"] != "GET":
            await PlainTextResponse("the assistant is off", 403)(scope, receive, send)
        elif path == "/" and scope["method"] == "GET":
            await (await _first_page(self._app, scope, receive))(scope, receive, send)
        else:
            await self._app(scope, receive, send)


async def _first_page(app: ASGIApp, scope: Scope, receive: Receive) -> HTMLResponse | PlainTextResponse:
    """What the app answers, asked as if by one who has no copy of it yet: theirs may be of another server."""
    parts: list[bytes] = []
    status = 500

    async def keep(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)
        parts.append(message.get("body", b""))

    known = [(name, value) for name, value in scope["headers"] if not name.startswith(b"if-")]
    await app({**scope, "headers": known}, receive, keep)
    page = b"".join(parts).decode("utf-8", "replace")
    if status != 200:
        return PlainTextResponse(page, status)
    return HTMLResponse(page.replace("<head>", f"<head>{AHEAD}", 1), headers={"Cache-Control": "no-store"})


def create_app() -> WithoutAssistant:
    """What `mlflow server` calls, once in each of its processes."""
    return WithoutAssistant(import_module("mlflow.server.fastapi_app").app)  # it reads what `mlflow server` sets
