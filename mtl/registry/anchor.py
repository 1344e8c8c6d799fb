"""The alias `anchor`: the best former champion, which later ones are held to, so that small losses cannot add up.

A champion that may be a little worse than the one before it can, step by step, lead far down. So candidates are
compared with the anchor, too, and the anchor moves up alone: to a champion that is surely better than it on every task,
which the caller decides, or to the first one. When the version that is the anchor is rolled back, it was no good
champion: the anchor is the restored version then.

References:
    J. Feng, S. Emerson and N. Simon (2020), Approval policies for modifications to machine learning-based software as a
    medical device: a study of bio-creep, Biometrics 77(1), 31–44; arXiv 1912.12413.
"""

from mlflow import MlflowClient

from mtl.errors import PromotionRefusedError
from mtl.registry.alias import ANCHOR, aliased, champion_of, lease_of
from mtl.registry.client import reaching
from mtl.registry.connection import Registry
from mtl.registry.lease import Lease, leased
from mtl.registry.moves import ANCHOR_MOVE_TAG, Kind, log_move, new_move
from mtl.registry.records import Champion, NoChampion
from mtl.registry.versions import SENTENCE_TAG, version_of

PATIENCE = 120.0
"""Seconds to wait for a promotion of the same model: it may be probing."""


def read_anchor(registry: Registry, name: str) -> Champion | NoChampion:
    """The best former champion of `name`, which may be champion still; or that none is named yet.

    Raises RegistryUnreachableError whenever that cannot be told.
    """
    with reaching(registry, f"read the anchor of {name}") as client:
        return aliased(client, name, ANCHOR)


def move_anchor(registry: Registry, name: str, version: str, expected: Champion | NoChampion | None = None) -> Champion:
    """Make the champion `version` the anchor, whoever is, or only if `expected` still is; repeating it moves nothing.

    Raises PromotionRefusedError (nothing was changed: `version` is not champion, or the anchor is another than the one
    that it was compared with), LeaseError and RegistryUnreachableError.
    """
    with (
        reaching(registry, f"move the anchor of {name}") as client,
        leased(client, lease_of(name), PATIENCE) as lease,
    ):
        current, champion = aliased(client, name, ANCHOR), champion_of(client, name)
        if not isinstance(champion, Champion) or champion.version != version:
            raise PromotionRefusedError(
                f"version {version} of {name} cannot be its anchor: {champion} is champion now; the anchor stays"
                f" {current}"
            )
        if current == champion:
            return champion
        if expected is not None and current != expected:
            raise PromotionRefusedError(
                f"version {version} of {name} was compared with {expected} as anchor, but {current} is the anchor now:"
                " another promotion came first; compare with that"
            )
        put_anchor(client, lease, name, version, "promotion")
        return champion


def put_anchor(client: MlflowClient, lease: Lease, name: str, version: str, kind: Kind) -> None:
    """Move the alias under the lease of the model's aliases, and log it."""
    before = aliased(client, name, ANCHOR)
    previous = before.version if isinstance(before, Champion) else None
    why = version_of(client, name, version).tags.get(SENTENCE_TAG, "") if kind == "promotion" else ""
    lease.require()
    client.set_registered_model_alias(name, ANCHOR, version)
    log_move(client, name, new_move(kind, version, previous, why), lease.number, ANCHOR_MOVE_TAG)
