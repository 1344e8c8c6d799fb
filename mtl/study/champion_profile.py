"""What the champion was trained on was like, from its version in the registry."""

from mtl import registry
from mtl.data.profile import Profile
from mtl.errors import MtlError
from mtl.jsonable import from_json
from mtl.serving.bundle import PROFILE
from mtl.spec import Spec
from mtl.study.store import Store


def champion_profile(spec: Spec, where: registry.Registry, store: Store) -> tuple[str, Profile] | None:
    """The champion's version and its profile; None without a champion, or where its version tells none.

    What cannot be read is left out: nothing is decided by it.
    """
    try:
        champion = registry.read_champion(where, spec.name)
        if isinstance(champion, registry.NoChampion):
            return None
        folder = registry.download_bundle(where, champion.model, store.downloads(where.shown))
        return champion.version, from_json(Profile, (folder / PROFILE).read_bytes())
    except (MtlError, OSError, ValueError):
        return None
