"""What becomes of the alias `champion` once the candidate is decided on."""

from dataclasses import dataclass
from typing import Literal

from mtl import registry
from mtl.promotion.decision import Decision
from mtl.study.candidate import check_example
from mtl.study.locked_test import AnyChampion
from mtl.study.store import Store


@dataclass(frozen=True)
class AliasMove:
    """What happened to the alias `champion` after a decision.

    Attributes:
        what: the candidate was not registered, was rejected, waits to be promoted by hand, is the champion already,
            or became the champion; it was judged, and nothing was to be promoted.
        version: the candidate's, if it was registered.
        before: the champion when the candidate was compared.
    """

    what: Literal["not registered", "rejected", "waiting", "champion already", "promoted", "judged"]
    version: registry.ModelVersion | None
    before: AnyChampion


@dataclass(frozen=True)
class Recorded:
    """A decision as the registry was told of it.

    Attributes:
        version: the candidate's, with the decision; None if it was not registered.
    """

    version: registry.ModelVersion | None
    decision: Decision
    before: AnyChampion


def record(
    where: registry.Registry,
    version: registry.ModelVersion | None,
    decision: Decision,
    champion: AnyChampion,
    origin: registry.Origin,
    keys: registry.Keys,
) -> Recorded:
    """Add the decision to those on the version.

    Raises:
        RegistryUnreachableError: the registry cannot be reached.
    """
    if version is None:
        return Recorded(None, decision, champion)
    said = (decision.promote, decision.sentence)
    return Recorded(registry.record_decision(where, version, said, champion, origin, keys), decision, champion)


def conclude(where: registry.Registry, store: Store, recorded: Recorded, promotes: bool) -> AliasMove:
    """Move the alias if the candidate was accepted and `promotes`.

    Raises:
        PromotionRefusedError: the champion is as it was.
        RegistryUnreachableError: the registry cannot be reached.
    """
    version, champion = recorded.version, recorded.before
    if version is None:
        return AliasMove("not registered", None, champion)
    if not recorded.decision.promote:
        return AliasMove("rejected", version, champion)
    if not promotes:
        return AliasMove("waiting", version, champion)
    move_alias(where, store, version, champion)
    already = isinstance(champion, registry.Champion) and champion.version == version.version
    return AliasMove("champion already" if already else "promoted", version, champion)


def move_alias(
    where: registry.Registry, store: Store, version: registry.ModelVersion, expected: AnyChampion
) -> registry.Promotion:
    """Make `version` the champion, if `expected` still is and `version` answers through the alias.

    Raises:
        PromotionRefusedError: the champion is as it was.
        RegistryUnreachableError: the registry cannot be reached.
    """
    source = registry.RegistryChampionSource(where, version.name, store.downloads(where.shown))
    return registry.promote(where, version, expected, lambda _: check_example(source.current()[1]))
