"""Moving the alias: the same way for the flow and by hand."""

from flows.settings import read_settings
from mtl import registry
from mtl.study.candidate import check_example
from mtl.study.store import Store


def move_alias(
    where: registry.Registry,
    store: Store,
    version: registry.ModelVersion,
    expected: registry.Champion | registry.NoChampion,
) -> registry.Promotion:
    """Make `version` the champion, if `expected` still is and `version` answers through the alias.

    Raises:
        PromotionRefusedError: the champion is as it was.
        RegistryUnreachableError: the registry cannot be reached.
    """
    source = registry.RegistryChampionSource(where, version.name, store.downloads(where.shown))
    return registry.promote(where, version, expected, store.locks, lambda _: check_example(source.current()[1]))


def promote_version(name: str, version: str | None) -> str:
    """Promote an accepted version by hand; one sentence on what happened."""
    settings = read_settings()
    where = registry.Registry(settings.tracking_uri)
    registry.probe(where)
    chosen = registry.read_version(where, name, version) if version else registry.latest_accepted(where, name)
    expected = registry.compared_champion(where, chosen)
    move_alias(where, Store(settings.home), chosen, expected)
    return f"{name} has a new champion: version {chosen.version}, after {expected}."


def roll_back(name: str) -> str:
    """Return to the champion before; one sentence on what happened."""
    settings = read_settings()
    where = registry.Registry(settings.tracking_uri)
    registry.probe(where)
    done = registry.rollback(where, name, Store(settings.home).locks)
    return f"{name} is back at version {done.version}, after version {done.replaced}."
