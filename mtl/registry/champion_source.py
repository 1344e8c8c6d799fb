"""The champion of a registered model, for a server that follows it; MLflow's client stays out of its process.

The client takes a second and 95 MB to import, and a look takes two rows of a database or two answers of a server. The
client is asked where those leave a doubt, and in a process that ends when a new champion is to be downloaded.
"""

import sys
from dataclasses import dataclass, field
from pathlib import Path

from mtl import registry
from mtl.errors import MtlError
from mtl.registry.connection import Registry
from mtl.registry.fetching_apart import fetch_apart
from mtl.registry.kept_bundles import bundle_folder, is_kept
from mtl.registry.records import ModelVersion, NoChampion
from mtl.registry.seen_champion import seen_champion
from mtl.registry.signing import Keys
from mtl.registry.vouching import vouched_bundle


@dataclass(frozen=True)
class RegistryChampionSource:
    """The champion of `name`; bundles are kept below `cache`."""

    registry: Registry
    name: str
    cache: Path
    keys: Keys = field(default_factory=Keys)

    def current(self) -> tuple[str, Path]:
        """The champion's version and the folder of its bundle.

        Raises MtlError when there is no champion yet, or where a key is trusted that does not vouch for it, and
        RegistryUnreachableError when that cannot be told.
        """
        champion = seen_champion(self.registry, self.name) or registry.read_champion(self.registry, self.name)
        if isinstance(champion, NoChampion):
            raise MtlError(f"{self.name} has no champion yet at {self.registry.shown}; promote a version first")
        return champion.version, self._kept(champion.model, vouched_bundle(champion.model, self.keys))

    def _kept(self, model: ModelVersion, digest: str) -> Path:
        target = bundle_folder(self.cache, model, digest)
        if is_kept(target, digest):
            return target
        if "mlflow" not in sys.modules:
            fetch_apart(self.registry, model, self.cache, digest)
            return target
        return registry.download_bundle(self.registry, model, self.cache, digest=digest)
