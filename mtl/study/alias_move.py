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


def conclude(
    where: registry.Registry,
    store: Store,
    version: registry.ModelVersion | None,
    decision: Decision,
    champion: AnyChampion,
    promotes: bool,
) -> AliasMove:
    """Record the decision on the version and, if it was accepted and `promotes`, move the alias.

    Raises:
        PromotionRefusedError: the champion is as it was.
        RegistryUnreachableError: the registry cannot be reached.
    """
    if version is None:
        return AliasMove("not registered", None, champion)
    tags = registry.decision_tags(decision.promote, decision.sentence, champion)
    tagged = registry.tag_version(where, version, tags)
    if not decision.promote:
        return AliasMove("rejected", tagged, champion)
    if not promotes:
        return AliasMove("waiting", tagged, champion)
    move_alias(where, store, tagged, champion)
    already = isinstance(champion, registry.Champion) and champion.version == version.version
    return AliasMove("champion already" if already else "promoted", tagged, champion)


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
