"""`mtl history` and `mtl verify`: what the registry has kept of a model, and whether it is still that."""

from flows.arguments import require_name, require_version
from flows.settings import read_keys, read_settings
from mtl import registry


def history_of(name: str) -> registry.History:
    """All versions, decisions and champions of a model."""
    require_name(name)
    return registry.read_history(_registry(), name)


def verify(name: str, version: str) -> registry.Verified:
    """Compare a version with its latest decision."""
    require_name(name)
    require_version(version)
    where = _registry()
    return registry.verify_version(where, registry.read_version(where, name, version), read_keys())


def _registry() -> registry.Registry:
    where = registry.Registry(read_settings().tracking_uri)
    registry.probe(where)
    return where
