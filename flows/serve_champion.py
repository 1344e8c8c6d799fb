"""`mtl serve`: the champion over HTTP."""

from functools import partial

from rich.console import Console

from flows.arguments import require_name
from flows.settings import read_keys, read_settings
from mtl import registry
from mtl.report.plain_text import print_plain
from mtl.serving.app import create_app
from mtl.serving.reload import ChampionSource, Follower
from mtl.serving.server import serve
from mtl.serving.workers import serve_with_workers
from mtl.study.store import Store


def serve_champion(name: str, host: str, port: int, poll_seconds: float, console: Console, workers: int = 1) -> None:
    """Serve the champion of `name`, and each later one, by `workers` processes, until SIGTERM or SIGINT.

    Raises:
        MtlError: there is no champion yet.
        UserError: that is no model's name.
        RegistryUnreachableError: the registry cannot be read at the start; later, the last champion stays served.
        UserError: the address cannot be bound.
    """
    require_name(name)
    make_app = partial(create_app, name)
    if workers > 1:
        say = partial(_say, console, name, f"by {workers} processes", host)
        serve_with_workers(make_app, partial(_source, name), (host, port), workers, poll_seconds, say)
        return
    with Follower(_source(name), poll_seconds) as follower:
        say = partial(_say, console, name, f"version {follower.served.version}", host)
        serve(make_app(follower), host, port, say)


def _source(name: str) -> ChampionSource:
    """The champion in the registry, which is asked for the first time."""
    settings = read_settings()
    where = registry.Registry(settings.tracking_uri)
    registry.probe(where)
    return registry.RegistryChampionSource(where, name, Store(settings.home).downloads(where.shown), read_keys())


def _say(console: Console, name: str, what: str, host: str, port: int) -> None:
    print_plain(console, f"{name} {what}: http://{host}:{port}/invocations (also /ping, /version)")
