"""Moving the alias by hand."""

from flows.arguments import require_name, require_version
from flows.settings import read_keys, read_settings
from mtl import registry
from mtl.study.alias_move import AliasMove, move_alias
from mtl.study.anchoring import follow
from mtl.study.store import Store


def promote_version(name: str, version: str | None) -> str:
    """Promote an accepted version by hand; one sentence on what happened.

    Raises:
        UserError: that is no model's name, or no version's number.
    """
    require_name(name)
    if version:
        require_version(version)
    settings = read_settings()
    where = registry.Registry(settings.tracking_uri)
    registry.probe(where)
    chosen = registry.read_version(where, name, version) if version else registry.latest_accepted(where, name)
    registry.require_trusted(where, chosen, read_keys())
    expected = registry.compared_champion(where, chosen)
    move_alias(where, Store(settings.home), chosen, expected)
    follow(where, AliasMove("promoted", chosen, expected), None)
    return f"{name} has a new champion: version {chosen.version}, after {expected}."


def roll_back(name: str) -> str:
    """Return to the champion before; one sentence on what happened."""
    require_name(name)
    settings = read_settings()
    where = registry.Registry(settings.tracking_uri)
    registry.probe(where)
    done = registry.rollback(where, name, registry.read_champion(where, name))
    return f"{name} is back at version {done.version}, after version {done.replaced}."
