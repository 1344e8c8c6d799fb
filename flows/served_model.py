"""Which version of a registered model is meant, and where its bundle is."""

from functools import partial
from pathlib import Path
from urllib.parse import quote

from flows.arguments import require_name, require_version
from flows.settings import read_keys, read_settings
from mtl import registry
from mtl.serving.reload import ChampionSource, FixedSource, Follower, Served
from mtl.serving.remembered import RememberedSource
from mtl.study.store import Store


def champion_source(name: str) -> ChampionSource:
    """The champion in the registry; while that is down, the last one that was known.

    Where a key is trusted, nothing is served that it does not vouch for, and a note cannot.
    """
    store, downloads = _places()
    asked = partial(registry.RegistryChampionSource, store, name, downloads, read_keys())
    if read_settings().trusted_key is not None:
        return asked()
    return RememberedSource(asked, downloads / f"{quote(name, safe='')}.json")


def served_version(name: str, version: str | None) -> Served:
    """A version, loaded and having predicted its own example; the champion where none is named.

    Raises:
        UserError: what cannot be a name or a version.
        MtlError: there is no such version, or no champion yet; it holds no bundle.
        RegistryUnreachableError: the registry cannot be read; of a champion, and never could.
    """
    require_name(name)
    if version is None:
        return Follower(champion_source(name)).served
    require_version(version)
    store, downloads = _places()
    registry.probe(store)
    model = registry.read_version(store, name, version)
    folder = registry.download_bundle(store, model, downloads, digest=registry.vouched_bundle(model, read_keys()))
    return Follower(FixedSource(version, folder)).served


def replaced_by(name: str, version: str) -> Path | None:
    """The folder of the models that a version replaced; None for a version without.

    Raises:
        MtlError: there is no such version; what lies beside it is not what was registered.
        RegistryUnreachableError: the registry cannot be read.
    """
    store, downloads = _places()
    registry.probe(store)
    return registry.download_opponents(store, registry.read_version(store, name, version), downloads)


def _places() -> tuple[registry.Registry, Path]:
    settings = read_settings()
    store = registry.Registry(settings.tracking_uri)
    return store, Store(settings.home).downloads(store.shown)
