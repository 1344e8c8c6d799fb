"""`mtl serve`: the champion over HTTP."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote

from rich.console import Console

from flows.arguments import require_name
from flows.json_log import know
from flows.settings import read_keys, read_settings
from mtl import registry
from mtl.errors import UserError
from mtl.report.plain_text import print_plain
from mtl.serving.api_document import example_body
from mtl.serving.api_keys import ApiKeys
from mtl.serving.app import create_app
from mtl.serving.docs_page import curl_line
from mtl.serving.exchange import AsgiApp
from mtl.serving.logged_rows import LogTo
from mtl.serving.reload import ChampionSource, Follower
from mtl.serving.remembered import RememberedSource
from mtl.serving.server import Tls, serve
from mtl.serving.workers import serve_with_workers
from mtl.study.store import Store


@dataclass(frozen=True)
class Where:
    """Where a champion is served, and by how many processes.

    Attributes:
        poll: seconds between looks for a new champion.
        log: what is logged of predictions; None where nothing is.
    """

    host: str
    port: int
    poll: float
    workers: int = 1
    tls: Tls | None = None
    log: LogTo | None = None


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
    make_app = partial(_app, name, keys=keys, log=where.log)
    if where.workers > 1:
        say = partial(_say, console, f"{name} by {where.workers} processes", where, "curl {}/openapi.json".format)
        source, address = partial(_source, name), (where.host, where.port)
        serve_with_workers(make_app, source, address, where.workers, where.poll, say, where.tls)
        return
    with Follower(_source(name), where.poll) as follower:
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


def _app(name: str, follower: Follower, keys: ApiKeys, log: LogTo | None) -> AsgiApp:
    """In each process that answers; its lines of JSON have the version that it answers with."""
    know(version=lambda: follower.served.version)
    return create_app(name, follower, keys=keys, log=log)


def _source(name: str) -> ChampionSource:
    """The champion in the registry; while that is down, the last one that was known.

    Where a key is trusted, nothing is served that it does not vouch for, and a note cannot.
    """
    settings = read_settings()
    store = registry.Registry(settings.tracking_uri)
    downloads = Store(settings.home).downloads(store.shown)
    if settings.trusted_key is not None:
        return _asked(store, name, downloads)
    return RememberedSource(partial(_asked, store, name, downloads), downloads / f"{quote(name, safe='')}.json")


def _asked(store: registry.Registry, name: str, downloads: Path) -> ChampionSource:
    """The champion in the registry, which is asked whether it is there."""
    registry.probe(store)
    return registry.RegistryChampionSource(store, name, downloads, read_keys())


def _say(console: Console, what: str, where: Where, line: Callable[[str], str], port: int) -> None:
    """What is served, where, and a line to try it with, which follows from the address."""
    scheme = "http" if where.tls is None else "https"
    address = f"{scheme}://{f'[{where.host}]' if ':' in where.host else where.host}:{port}"
    print_plain(
        console, f"{what}: {address}/invocations (also /ping, /version, /metrics, /v2; try it on /docs)", soft_wrap=True
    )
    print_plain(console, line(address), soft_wrap=True)
