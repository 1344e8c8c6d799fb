"""`mtl serve`: the champion over HTTP."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console

from flows.arguments import require_name
from flows.json_log import know
from flows.served_model import champion_source
from flows.settings import read_settings
from mtl.errors import UserError
from mtl.report.plain_text import print_plain
from mtl.serving.api_document import example_body
from mtl.serving.api_keys import ApiKeys
from mtl.serving.app import create_app
from mtl.serving.ask_page import SingleTask
from mtl.serving.docs_page import curl_line
from mtl.serving.exchange import AsgiApp
from mtl.serving.freed_memory import UNCOLLECTED
from mtl.serving.logged_rows import LogTo
from mtl.serving.reload import Follower
from mtl.serving.server import Tls, serve
from mtl.serving.workers import serve_with_workers


@dataclass(frozen=True)
class Where:
    """Where a champion is served, and by how many processes.

    Attributes:
        poll: seconds between looks for a new champion.
        log: what is logged of predictions; None where nothing is.
        single_task: what the page shows beside its predictions, if anything.
    """

    host: str
    port: int
    poll: float
    workers: int = 1
    tls: Tls | None = None
    log: LogTo | None = None
    single_task: SingleTask | None = None


def serve_champion(name: str, where: Where, console: Console) -> None:
    """Serve the champion of `name`, and each later one, until SIGTERM or SIGINT.

    Raises:
        MtlError: there is no champion yet.
        UserError: that is no model's name; the address cannot be bound; keys or files of TLS that are none.
        RegistryUnreachableError: the registry cannot be read, and never was: else the last known champion is served.
    """
    require_name(name)
    if where.tls is not None:
        where.tls.require()
    keys = ApiKeys.read(read_settings().api_keys, "MTL_API_KEYS")
    know(study=name)
    make_app = partial(_app, name, keys=keys, where=where)
    if where.workers > 1:
        say = partial(_say, console, f"{name} by {where.workers} processes", where, "curl {}/openapi.json".format)
        source, address = partial(champion_source, name), (where.host, where.port)
        serve_with_workers(make_app, source, address, where.workers, where.poll, say, where.tls)
        return
    with UNCOLLECTED:  # MLflow is imported now
        follower = Follower(champion_source(name), where.poll)
    with follower:
        served = follower.served
        line = partial(curl_line, body=example_body(served.predictor, rows=1), keyed=bool(keys.digests))
        say = partial(_say, console, f"{name} version {served.version}", where, line)
        serve(make_app(follower), where.host, where.port, say, where.tls)


def tls_of(certificate: Path | None, key: Path | None) -> Tls | None:
    """Both files, or neither.

    Raises:
        UserError: one without the other.
    """
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        missing = "--tls-key" if key is None else "--tls-cert"
        raise UserError(f"{missing}: expected a file in PEM beside the other one; got none")
    return Tls(certificate, key)


def _app(name: str, follower: Follower, keys: ApiKeys, where: Where) -> AsgiApp:
    """In each process that answers; its lines of JSON have the version that it answers with."""
    know(version=lambda: follower.served.version)
    return create_app(name, follower, keys=keys, log=where.log, single_task=where.single_task)


def _say(console: Console, what: str, where: Where, line: Callable[[str], str], port: int) -> None:
    """What is served, where, and a line to try it with, which follows from the address."""
    scheme = "http" if where.tls is None else "https"
    address = f"{scheme}://{f'[{where.host}]' if ':' in where.host else where.host}:{port}"
    print_plain(
        console,
        f"{what}: {address}/invocations (also /ping, /version, /metrics, /v2, /docs; a form is at {address}/)",
        soft_wrap=True,
    )
    print_plain(console, line(address), soft_wrap=True)
