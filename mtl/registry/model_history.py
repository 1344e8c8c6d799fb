"""What a registered model has been through: its versions, decisions, champions, and its studies' looks at test rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise

from mtl.registry.alias import ANCHOR, aliased, champion_of
from mtl.registry.client import reaching
from mtl.registry.connection import Registry
from mtl.registry.decision_record import DecisionRecord, records_of
from mtl.registry.ledger import LedgerEntry, read_ledger
from mtl.registry.moves import ANCHOR_MOVE_TAG, Move, logged_moves
from mtl.registry.records import Champion, ModelVersion
from mtl.registry.versions import plain_version

BY_HAND = "the alias was moved in MLflow itself"


@dataclass(frozen=True)
class Reign:
    """A version was champion.

    Attributes:
        since, until: UTC, ISO 8601; empty for an alias that was moved in MLflow itself, and for one that still is.
        how: `promotion` or `rollback`, and by whom.
        why: the decision's sentence.
    """

    version: str
    since: str
    until: str
    how: str
    why: str


@dataclass(frozen=True)
class History:
    """All of it, the earliest first.

    Attributes:
        anchor: the best former champion; None where none is named.
        anchor_moves: how the anchor came to be where it is.
        looks: at test rows, by the studies of the model's name.
    """

    name: str
    reigns: tuple[Reign, ...]
    versions: tuple[tuple[ModelVersion, str, tuple[DecisionRecord, ...]], ...]
    anchor: str | None = None
    anchor_moves: tuple[Move, ...] = ()
    looks: tuple[LedgerEntry, ...] = ()


def read_history(registry: Registry, name: str) -> History:
    """The history of a registered model. Raises MtlError when there is none, and RegistryUnreachableError."""
    with reaching(registry, f"read the history of {name}") as client:
        model = client.get_registered_model(name)
        champion, anchor = champion_of(client, name), aliased(client, name, ANCHOR)
        found = client.search_model_versions(f"name = '{name}'")
    current = champion.version if isinstance(champion, Champion) else None
    ordered = sorted(found, key=lambda version: int(version.version))
    versions = tuple((plain_version(each), _utc(each.creation_timestamp), records_of(each.tags)) for each in ordered)
    return History(
        name,
        tuple(_reigns(_logged(model.tags), current)),
        versions,
        anchor.version if isinstance(anchor, Champion) else None,
        logged_moves(model.tags, ANCHOR_MOVE_TAG),
        tuple(look for look in read_ledger(registry) if look.study == name),
    )


def _logged(tags: dict[str, str]) -> list[Reign]:
    moves = logged_moves(tags)
    return [Reign(move.version, move.at, "", f"{move.kind} by {move.by}", move.why) for move in moves]


def _reigns(logged: Sequence[Reign], current: str | None) -> Iterator[Reign]:
    """Each until the next began; a champion that the log does not end with came by other means."""
    for reign, after in pairwise(logged):
        yield replace(reign, until=after.since)
    last = logged[-1] if logged else None
    if last:
        yield last if last.version == current else replace(last, until="unknown")
    if current and (last is None or last.version != current):
        yield Reign(current, "", "", BY_HAND, "")


def _utc(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="seconds")
