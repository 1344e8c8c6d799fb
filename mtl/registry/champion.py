"""Who is champion: read the alias, move it, move it back.

MLflow moves an alias without asking what it pointed to. Here a move is a compare-and-set: under a lock between
processes the alias is read again and must still point to the version that the candidate was compared with.

The registered model's tag `champion.previous` is a stack of the versions that were champion before, the latest last.
A promotion pushes the version that it replaces; a rollback pops one. Rolling back twice therefore goes back two
promotions, and at the bottom there is nothing to return to. The alias alone says who is champion: the stack is
written before the alias moves, and entries on top that equal the current champion are dropped, so that a process
that dies between the two leaves nothing wrong behind.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from filelock import FileLock, Timeout
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from mtl.errors import PromotionRefusedError
from mtl.registry.client import MISSING, reaching
from mtl.registry.connection import Registry
from mtl.registry.models import DECISION_TAG, version_of
from mtl.registry.records import Champion, ModelVersion, NoChampion, Promotion, Rollback

ALIAS = "champion"
STACK_TAG = "champion.previous"
STACK_LIMIT = 100
LOCK_PATIENCE = 120.0
"""Seconds to wait for another promotion of the same model: it may be probing."""


def read_champion(registry: Registry, name: str) -> Champion | NoChampion:
    """The champion of `name`, or that there is none yet.

    Raises RegistryUnreachableError whenever that cannot be told.
    """
    with reaching(registry, f"read the champion of {name}") as client:
        return _champion(client, name)


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
    with _locked(lock_folder, model.name), reaching(registry, f"promote {model}") as client:
        version = version_of(client, model.name, model.version)
        _require_decision(version)
        current = _champion(client, model.name)
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
    with _locked(lock_folder, name), reaching(registry, f"roll back {name}") as client:
        current = _champion(client, name)
        if isinstance(current, NoChampion):
            raise PromotionRefusedError(f"{name} has no champion, so there is nothing to roll back; promote one first")
        stack = _stack(client, current)
        while stack and not _exists(client, name, stack[-1]):
            stack.pop()
        if not stack:
            raise PromotionRefusedError(
                f"{current} is the first champion of {name}: there is no earlier one to return to; it keeps serving"
            )
        version = stack.pop()
        client.set_registered_model_alias(name, ALIAS, version)
        _write_stack(client, name, stack)
        at = _now()
        client.set_model_version_tag(name, current.version, "champion.rolled_back_at", at)
        return Rollback(name, version, current.version, at)


def _champion(client: MlflowClient, name: str) -> Champion | NoChampion:
    try:
        aliases = client.get_registered_model(name).aliases
    except MlflowException as failure:
        if failure.error_code == MISSING:
            return NoChampion(name)
        raise
    if ALIAS not in aliases:
        return NoChampion(name)
    return Champion(version_of(client, name, str(aliases[ALIAS])))


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
    before = [*_stack(client, current), current.version] if isinstance(current, Champion) else []
    _write_stack(client, version.name, before)
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
    _write_stack(client, version.name, _stack(client, before))


def _record(client: MlflowClient, version: ModelVersion) -> Promotion:
    stack, at = _stack(client, Champion(version)), _now()
    previous = stack[-1] if stack else None
    client.set_model_version_tag(version.name, version.version, "champion.replaced", previous or "none")
    client.set_model_version_tag(version.name, version.version, "champion.promoted_at", at)
    return Promotion(version.name, version.version, previous, at)


def _stack(client: MlflowClient, current: Champion) -> list[str]:
    """The versions that were champion before `current`, the latest last."""
    tags = client.get_registered_model(current.model.name).tags
    versions = [str(version) for version in json.loads(tags.get(STACK_TAG, "[]"))]
    while versions and versions[-1] == current.version:
        versions.pop()
    return versions


def _write_stack(client: MlflowClient, name: str, versions: list[str]) -> None:
    client.set_registered_model_tag(name, STACK_TAG, json.dumps(versions[-STACK_LIMIT:]))


def _exists(client: MlflowClient, name: str, version: str) -> bool:
    try:
        client.get_model_version(name, version)
    except MlflowException as failure:
        if failure.error_code == MISSING:
            return False
        raise
    return True


@contextmanager
def _locked(folder: Path, name: str) -> Iterator[None]:
    """Hold the lock between processes; the kernel lets go of it when the holder dies."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / f"{quote(name, safe='')}.champion.lock", timeout=LOCK_PATIENCE)
    try:
        lock.acquire()
    except Timeout as timeout:
        raise PromotionRefusedError(
            f"another promotion of {name} has held the lock for {LOCK_PATIENCE:.0f} s ({lock.lock_file}); try again"
        ) from timeout
    try:
        yield
    finally:
        lock.release()


def _number(champion: Champion | NoChampion) -> str | None:
    return champion.version if isinstance(champion, Champion) else None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
