"""`mtl serve`: the champion over HTTP."""

from rich.console import Console

from flows.arguments import require_name
from flows.settings import read_keys, read_settings
from mtl import registry
from mtl.report.plain_text import print_plain
from mtl.serving.app import create_app
from mtl.serving.reload import Follower
from mtl.serving.server import serve
from mtl.study.store import Store


def serve_champion(name: str, host: str, port: int, poll_seconds: float, console: Console) -> None:
    """Serve the champion of `name`, and each later one, until SIGTERM or SIGINT.

    Raises:
        MtlError: there is no champion yet.
        UserError: that is no model's name.
        RegistryUnreachableError: the registry cannot be read at the start; later, the last champion stays served.
        UserError: the address cannot be bound.
    """
    require_name(name)
    settings = read_settings()
    where = registry.Registry(settings.tracking_uri)
    registry.probe(where)
    source = registry.RegistryChampionSource(where, name, Store(settings.home).downloads(where.shown), read_keys())
    with Follower(source, poll_seconds) as follower:
        serve(create_app(name, follower), host, port, lambda bound: _say(console, name, follower, host, bound))


def _say(console: Console, name: str, follower: Follower, host: str, port: int) -> None:
    version = follower.served.version
    print_plain(console, f"{name} version {version}: http://{host}:{port}/invocations (also /ping, /version)")
