"""Running the app: until a signal, or for as long as a block of code."""

import gc
import logging
import math
import signal
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import uvicorn

from mtl.errors import MtlError, UserError
from mtl.serving.exchange import AsgiApp
from mtl.serving.http_connection import Bounds, Connection
from mtl.shown import reason_of

GRACE = 10
"""Seconds that requests under way are given when the server stops."""

BACKLOG = 1024
"""Connections that may wait to be accepted."""


@dataclass(frozen=True)
class Tls:
    """Files in PEM: the certificate, with those that vouch for it behind it, and its private key, without password."""

    certificate: Path
    key: Path

    def require(self) -> None:
        """Raise UserError where they cannot be used."""
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(self.certificate, self.key, password="")
        except (OSError, ValueError) as error:
            raise UserError(
                f"--tls-cert and --tls-key: expected a certificate and its key in PEM, without password; "
                f"'{self.certificate}' and '{self.key}' are none: {reason_of(error)}"
            ) from error


def serve(app: AsgiApp, host: str, port: int, ready: Callable[[int], object], tls: Tls | None = None) -> None:
    """Serve until SIGTERM or SIGINT, then let the requests under way finish, and return.

    `port`: 0 takes a free one. `ready` is called with the bound port once connections are accepted.
    To be called from the main thread. Raises UserError when the address cannot be bound.
    """
    with bound(host, port) as listening:
        serve_on(app, listening, ready, tls)


def serve_on(app: AsgiApp, listening: socket.socket, ready: Callable[[int], object], tls: Tls | None = None) -> None:
    """As `serve`, on a socket that listens already."""
    server = _server(app, Bounds(), tls)
    # uvicorn raises the signal again when it has stopped: these handlers let it pass, so that the exit is clean.
    before = {number: signal.signal(number, _ignored) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        ready(listening.getsockname()[1])
        gc.freeze()  # what is there now stays: to look through it again and again would take up to a second
        server.run([listening])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def running(
    app: AsgiApp, host: str = "127.0.0.1", port: int = 0, bounds: Bounds | None = None, tls: Tls | None = None
) -> Iterator[int]:
    """Serve on a thread while the block runs, and yield the bound port.

    Raises UserError when the address cannot be bound, and MtlError when the server does not start.
    """
    with bound(host, port) as listening:
        server = _server(app, bounds or Bounds(), tls)
        thread = threading.Thread(target=server.run, args=([listening],), name="server")
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(2 * GRACE)
            if thread.is_alive():
                raise MtlError(f"the server on port {port} did not stop within {2 * GRACE} s")


def _server(app: AsgiApp, bounds: Bounds, tls: Tls | None) -> uvicorn.Server:
    config = uvicorn.Config(
        app,
        http=_connections(bounds),
        interface="asgi3",
        log_level="warning",
        # Where this process tells of itself in a way of its own, uvicorn does so, too.
        log_config=None if logging.getLogger().handlers else uvicorn.config.LOGGING_CONFIG,
        access_log=False,
        ws="none",
        lifespan="auto",
        proxy_headers=False,  # no answer depends on the client's address
        server_header=False,
        timeout_keep_alive=math.ceil(bounds.idle_seconds),
        timeout_graceful_shutdown=GRACE,
        ssl_certfile=None if tls is None else tls.certificate,
        ssl_keyfile=None if tls is None else str(tls.key),
    )
    return uvicorn.Server(config)


def _connections(allowed: Bounds) -> type[Connection]:
    class Bounded(Connection):
        bounds = allowed

    return Bounded


@contextmanager
def bound(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens while the block runs. Raises UserError when the address cannot be bound."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns off Nagle's algorithm, which costs 40 ms a request, only where the protocol is named.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((host, port))
            listening.listen(BACKLOG)
        except (OSError, OverflowError) as error:
            raise UserError(f"cannot listen on {host}:{port}: {error}; choose another --port or --host") from error
        yield listening


def _ignored(number: int, frame: FrameType | None) -> None:
    """The server has already acted on the signal."""
