"""Who is champion: read the alias, move it, move it back.

MLflow moves an alias without asking what it pointed to. Here a move is a compare-and-set: under a lock between
processes the alias is read again and must still point to the version that the candidate was compared with.

The lock holds between processes that share `lock_folder`. Hosts that do not share it can promote one model at the same
moment; then the last alias stands and the stack of the other is lost.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from mlflow import MlflowClient

from mtl.errors import PromotionRefusedError
from mtl.registry.alias import ALIAS, champion_of, exists, locked, stack_of, write_stack
from mtl.registry.client import reaching
from mtl.registry.connection import Registry
from mtl.registry.records import Champion, ModelVersion, NoChampion, Promotion, Rollback
from mtl.registry.versions import DECISION_TAG, version_of


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
    lock_folder: Path,
    probe: Callable[[ModelVersion], object],
) -> Promotion:
    """Make `model` the champion if `expected` still is, and keep it only if `probe` returns.

    `probe` is called with the alias moved; what it raises means that the version does not answer, and the alias goes
    back to where it was. Promoting the version that is champion already probes it again and moves nothing: a
    promotion that was killed half-way can be repeated.
    Raises PromotionRefusedError (the champion is as before) and RegistryUnreachableError.
    """
    with locked(lock_folder, model.name), reaching(registry, f"promote {model}") as client:
        version = version_of(client, model.name, model.version)
        _require_decision(version)
        current = champion_of(client, model.name)
        if _number(current) != version.version:
            _require_unchanged(version, expected, current)
            _move(client, version, current)
        _probe_or_restore(client, version, expected, probe)
        return _record(client, version)


def rollback(registry: Registry, name: str, lock_folder: Path) -> Rollback:
    """Return to the champion before the current one; each call goes one promotion further back.

    Versions that were deleted from the registry are passed over. Raises PromotionRefusedError when there is no
    champion, or none before it, and RegistryUnreachableError.
    """
    with locked(lock_folder, name), reaching(registry, f"roll back {name}") as client:
        current = champion_of(client, name)
        if isinstance(current, NoChampion):
            raise PromotionRefusedError(f"{name} has no champion, so there is nothing to roll back; promote one first")
        stack = stack_of(client, current)
        while stack and not exists(client, name, stack[-1]):
            stack.pop()
        if not stack:
            raise PromotionRefusedError(
                f"{current} is the first champion of {name}: there is no earlier one to return to; it keeps serving"
            )
        version = stack.pop()
        client.set_registered_model_alias(name, ALIAS, version)
        write_stack(client, name, stack)
        at = _now()
        client.set_model_version_tag(name, current.version, "champion.rolled_back_at", at)
        return Rollback(name, version, current.version, at)


def _require_decision(version: ModelVersion) -> None:
    decision = version.tags.get(DECISION_TAG, "none")
    if decision != "promote":
        raise PromotionRefusedError(
            f"{version} is not to be promoted: its decision is '{decision}', and only 'promote' may become champion"
        )


def _require_unchanged(version: ModelVersion, expected: Champion | NoChampion, current: Champion | NoChampion) -> None:
    if _number(expected) != _number(current):
        raise PromotionRefusedError(
            f"{version} was compared with {expected} as champion, but {current} is champion now: another promotion "
            "came first; compare with the new champion and promote again"
        )


def _move(client: MlflowClient, version: ModelVersion, current: Champion | NoChampion) -> None:
    before = [*stack_of(client, current), current.version] if isinstance(current, Champion) else []
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
        _restore(client, version, before)
        if not isinstance(failure, Exception):
            raise
        reason = " ".join(str(failure).split()) or type(failure).__name__
        raise PromotionRefusedError(
            f"{version} did not answer as champion ({reason}); {before} of {version.name} is champion, as before"
        ) from failure


def _restore(client: MlflowClient, version: ModelVersion, before: Champion | NoChampion) -> None:
    if isinstance(before, NoChampion):
        client.delete_registered_model_alias(version.name, ALIAS)
        return
    client.set_registered_model_alias(version.name, ALIAS, before.version)
    write_stack(client, version.name, stack_of(client, before))


def _record(client: MlflowClient, version: ModelVersion) -> Promotion:
    stack, at = stack_of(client, Champion(version)), _now()
    previous = stack[-1] if stack else None
    client.set_model_version_tag(version.name, version.version, "champion.replaced", previous or "none")
    client.set_model_version_tag(version.name, version.version, "champion.promoted_at", at)
    return Promotion(version.name, version.version, previous, at)


def _number(champion: Champion | NoChampion) -> str | None:
    return champion.version if isinstance(champion, Champion) else None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
