"""Who is champion: read the alias, move it, move it back.

MLflow moves an alias without asking what it pointed to. Here a move is a compare-and-set: under a lease that every
host sees, the alias is read again and must still point to the version that the candidate was compared with, and after
the move it must point to the version that was promoted.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager

from mlflow import MlflowClient

from mtl.errors import PromotionRefusedError
from mtl.registry.alias import ANCHOR, aliased, champion_of, exists, lease_of, stack_of, write_stack
from mtl.registry.anchor import put_anchor
from mtl.registry.client import reaching
from mtl.registry.connection import Registry
from mtl.registry.lease import Lease, leased
from mtl.registry.moves import log_move, logged_moves, new_move
from mtl.registry.records import ALIAS, Champion, ModelVersion, NoChampion, Promotion, Rollback
from mtl.registry.versions import DECISION_TAG, SENTENCE_TAG, version_of

PATIENCE = 120.0
"""Seconds to wait for another promotion of the same model: it may be probing."""


def read_champion(registry: Registry, name: str) -> Champion | NoChampion:
    """The champion of `name`, or that there is none yet.

    Raises RegistryUnreachableError whenever that cannot be told.
    """
    with reaching(registry, f"read the champion of {name}") as client:
        return champion_of(client, name)


def promote(
    registry: Registry,
    model: ModelVersion,
    expected: Champion | NoChampion,
    probe: Callable[[ModelVersion], object],
) -> Promotion:
    """Make `model` the champion if `expected` still is, and keep it only if `probe` returns.

    `probe` is called with the alias moved; what it raises means that the version does not answer, and the alias goes
    back to where it was, unless another has moved it by then. Promoting what is champion already, after `expected`,
    probes it again and moves nothing: a promotion that was killed half-way can be repeated.
    Raises PromotionRefusedError (this promotion changed nothing), LeaseError and RegistryUnreachableError.
    """
    with reaching(registry, f"promote {model}") as client, _lease_of(client, model.name) as lease:
        version = version_of(client, model.name, model.version)
        _require_decision(version)
        current = champion_of(client, model.name)
        if not _moved_already(client, version, expected, current):
            _require_unchanged(version, expected, current)
            _move(client, lease, version, current)
        _probe_or_restore(client, version, expected, probe)
        _require_ours(client, lease, version)
        return _record(client, lease, version)


def rollback(registry: Registry, name: str, expected: Champion | NoChampion, why: str = "") -> Rollback:
    """Return to the champion before `expected`, if that still is champion; each goes one promotion further back.

    Versions that were deleted from the registry are passed over. If `expected` is the anchor, too, the anchor goes with
    it, first, so that a rollback that dies in between can be repeated. `why`: a sentence for the history.
    Raises PromotionRefusedError when there is no champion, none before it, or another one; LeaseError;
    RegistryUnreachableError.
    """
    if isinstance(expected, NoChampion):
        raise PromotionRefusedError(f"{name} has no champion, so there is nothing to roll back; promote one first")
    with reaching(registry, f"roll back {name}") as client, _lease_of(client, name) as lease:
        _require_still(client, expected)
        version, stack = _before(client, expected)
        if aliased(client, name, ANCHOR) == expected:
            put_anchor(client, lease, name, version, "rollback")
        lease.require()
        client.set_registered_model_alias(name, ALIAS, version)
        write_stack(client, name, stack)
        _require_ours(client, lease, ModelVersion(name, version, ""))
        move = new_move("rollback", version, expected.version, why)
        client.set_model_version_tag(name, expected.version, "champion.rolled_back_at", move.at)
        log_move(client, name, move, lease.number)
        return Rollback(name, version, expected.version, move.at)


def _lease_of(client: MlflowClient, name: str) -> AbstractContextManager[Lease]:
    return leased(client, lease_of(name), PATIENCE)


def _require_still(client: MlflowClient, expected: Champion) -> None:
    current = champion_of(client, expected.model.name)
    if _number(current) != expected.version:
        raise PromotionRefusedError(
            f"{expected} of {expected.model.name} was to be rolled back, but {current} is champion now: another"
            " promotion or rollback came first; roll back again if that one is to go, too"
        )


def _before(client: MlflowClient, current: Champion) -> tuple[str, list[str]]:
    """The version that was champion before and still exists, and the stack below it."""
    name, stack = current.model.name, stack_of(client, current)
    while stack and not exists(client, name, stack[-1]):
        stack.pop()
    if not stack:
        raise PromotionRefusedError(
            f"{current} is the first champion of {name}: there is no earlier one to return to; it keeps serving"
        )
    return stack[-1], stack[:-1]


def _require_decision(version: ModelVersion) -> None:
    decision = version.tags.get(DECISION_TAG, "none")
    if decision != "promote":
        raise PromotionRefusedError(
            f"{version} is not to be promoted: its decision is '{decision}', and only 'promote' may become champion"
        )


def _moved_already(
    client: MlflowClient, version: ModelVersion, expected: Champion | NoChampion, current: Champion | NoChampion
) -> bool:
    """Whether `version` was champion when it was compared, or has been promoted in place of `expected` since.

    A rollback to it may leave the same alias and stack, but it was another's move, and the last one in the log.
    """
    if isinstance(current, NoChampion) or current.version != version.version:
        return False
    if _number(expected) == version.version:
        return True
    last = logged_moves(client.get_registered_model(version.name).tags)[-1:]
    if any(move.kind == "rollback" and move.version == version.version for move in last):
        return False
    return _number(expected) in stack_of(client, current)[-1:] or (
        isinstance(expected, NoChampion) and not stack_of(client, current)
    )


def _require_unchanged(version: ModelVersion, expected: Champion | NoChampion, current: Champion | NoChampion) -> None:
    if _number(expected) != _number(current):
        raise PromotionRefusedError(
            f"{version} was compared with {expected} as champion, but {current} is champion now: another promotion or "
            "rollback came first; compare with the new champion and promote again"
        )


def _require_ours(client: MlflowClient, lease: Lease, version: ModelVersion) -> None:
    """Refuse to say that `version` is champion when it is not."""
    lease.require()
    current = champion_of(client, version.name)
    if _number(current) != version.version:
        raise PromotionRefusedError(
            f"{version} was made champion, but {current} is champion now: another moved the alias without the lease;"
            " look at `mtl history` and promote again if that is meant"
        )


def _move(client: MlflowClient, lease: Lease, version: ModelVersion, current: Champion | NoChampion) -> None:
    before = [*stack_of(client, current), current.version] if isinstance(current, Champion) else []
    lease.require()
    write_stack(client, version.name, before)
    client.set_registered_model_alias(version.name, ALIAS, version.version)


def _probe_or_restore(
    client: MlflowClient,
    version: ModelVersion,
    before: Champion | NoChampion,
    probe: Callable[[ModelVersion], object],
) -> None:
    try:
        probe(version)
    except BaseException as failure:  # an interrupt must not leave an unproven champion behind either
        now_champion = _restored(client, version, before)
        if not isinstance(failure, Exception):
            raise
        reason = " ".join(str(failure).split()) or type(failure).__name__
        raise PromotionRefusedError(
            f"{version} did not answer as champion ({reason}); {now_champion} of {version.name} is champion"
        ) from failure


def _restored(client: MlflowClient, version: ModelVersion, before: Champion | NoChampion) -> Champion | NoChampion:
    """Who is champion once `version` is not: the one before, or whoever another has put there."""
    current = champion_of(client, version.name)
    if _number(current) != version.version:
        return current
    if isinstance(before, NoChampion):
        client.delete_registered_model_alias(version.name, ALIAS)
    else:
        client.set_registered_model_alias(version.name, ALIAS, before.version)
        write_stack(client, version.name, stack_of(client, before))
    return before


def _record(client: MlflowClient, lease: Lease, version: ModelVersion) -> Promotion:
    stack = stack_of(client, Champion(version))
    previous = stack[-1] if stack else None
    move = new_move("promotion", version.version, previous, version.tags.get(SENTENCE_TAG, ""))
    client.set_model_version_tag(version.name, version.version, "champion.replaced", previous or "none")
    client.set_model_version_tag(version.name, version.version, "champion.promoted_at", move.at)
    log_move(client, version.name, move, lease.number)
    return Promotion(version.name, version.version, previous, move.at)


def _number(champion: Champion | NoChampion) -> str | None:
    return champion.version if isinstance(champion, Champion) else None
