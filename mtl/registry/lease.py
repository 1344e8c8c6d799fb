"""Leases: what one process on one host may do at a time, told by tickets in the registry, which every host sees.

A ticket is a version of the registered model `mtl.leases`. MLflow numbers versions one by one in its database and
never gives a number twice, so of the tickets for one thing the lowest has the lease, and the others wait in order. It
is the same for SQLite, PostgreSQL and a server, and for a mixture of them. MLflow's page of the model shows who holds
and who waits.

Whoever has a ticket renews it every few seconds. One that was not renewed for `LIFE` seconds is removed by those behind
it, who measure that by their own clocks; one whose process is seen to be gone, at once. A process that was suspended
for so long has lost its lease, and `Lease.require` says so. MLflow has no compare-and-set: a process that is suspended
between that question and its next write can still write later, by which time another may have the lease.
"""

import contextlib
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from uuid import uuid4

from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from requests import RequestException
from sqlalchemy.exc import SQLAlchemyError

from mtl.errors import LeaseError
from mtl.process_identity import is_gone, shown_owner, this_process
from mtl.registry.client import MISSING, REFUSALS, reaching
from mtl.registry.connection import Registry
from mtl.registry.versions import ensure_model

LEASES = "mtl.leases"
DESCRIPTION = "Tickets, not models: who is promoting a model or running its study now. Each goes when its work ends."
OF, OWNER, PROCESS, BEAT = "of", "owner", "process", "beat"
"""A version's tags."""

LIFE, RENEWAL = 30.0, 5.0
"""Seconds after which a ticket that was not renewed is void, and between renewals."""

SOURCE = "lease://ticket/of-a-lease"
"""What MLflow wants of every version, and a server as an absolute address; nothing is there."""

FIRST_LOOK, LAST_LOOK = 0.05, 1.0
"""Seconds between looks at the tickets ahead: a short one at first."""

DRAWS = 30
"""Attempts to draw a ticket: MLflow gives up where several processes draw at the same moment."""


Told = Callable[[str], object]
"""Is told once that there are others ahead, and who is first."""


@contextmanager
def hold_lease(registry: Registry, of: str, patience: float, told: Told = str) -> Iterator["Lease"]:
    """As `leased`, for work of any kind. Raises RegistryUnreachableError, too."""
    with ExitStack() as held:
        with reaching(registry, f"take the lease of {of}") as client:
            lease = held.enter_context(leased(client, of, patience, told))
        yield lease


@contextmanager
def leased(client: MlflowClient, of: str, patience: float, told: Told = str) -> Iterator["Lease"]:
    """Hold the lease of something for the block.

    Args:
        of: what it is, in words that complete “another process has …”, the same for all who compete.
        patience: seconds to wait for those who came before.

    Raises:
        LeaseError: they are not done by then.
    """
    lease = Lease(client, of)
    renewing = threading.Thread(target=lease.keep, name=f"lease of {of}", daemon=True)
    renewing.start()
    try:
        lease.await_turn(patience, told)
        yield lease
    finally:
        lease.give_back()
        renewing.join()


class Lease:
    """A ticket, which has the lease once there is none below it.

    Attributes:
        number: of the ticket: no other ever has it, and a later one is larger.
    """

    def __init__(self, client: MlflowClient, of: str) -> None:
        self._client, self._of = client, of
        self._over, self._lost = threading.Event(), False
        self._renewed = _clock()
        self.number = _drawn(client, of)

    def require(self) -> None:
        """Return if nobody else can have the lease by now. Raises LeaseError."""
        if self._lost or _clock() - self._renewed > LIFE - RENEWAL:
            raise LeaseError(
                f"this process paused, or did not reach the registry, for so long that another may have {self._of};"
                " nothing more was changed; do it again"
            )

    def await_turn(self, patience: float, told: Told = str) -> None:
        """Return once no ticket is ahead. Raises LeaseError."""
        watch, deadline, pause = _Watch(), _clock() + patience, FIRST_LOOK
        while ahead := self._ahead():
            if void := [ticket for ticket in ahead if watch.is_void(ticket)]:
                for ticket in void:
                    _remove(self._client, int(ticket.version))
                continue
            first = min(ahead, key=lambda ticket: int(ticket.version))
            holder = f"another process has {self._of}: {first.tags.get(OWNER, 'unknown')}"
            if _clock() > deadline:
                raise LeaseError(f"{holder}; waited {patience:.0f} s for it; try again when it is done")
            if pause == FIRST_LOOK:
                told(holder)
            time.sleep(pause)
            pause = min(2 * pause, LAST_LOOK)
        self.require()

    def keep(self) -> None:
        """Renew until the lease is given back or lost."""
        while not (self._lost or self._over.wait(RENEWAL)):
            now = _clock()
            try:
                self._client.set_model_version_tag(LEASES, str(self.number), BEAT, uuid4().hex)
                self._renewed = now
            except MlflowException as failure:
                self._lost = failure.error_code == MISSING
            except (SQLAlchemyError, RequestException):
                continue  # the registry may come back; until then `require` counts the seconds

    def give_back(self) -> None:
        """Let the next have it. A registry that is gone by now leaves that to them."""
        self._over.set()
        with contextlib.suppress(Exception):
            _remove(self._client, self.number)

    def _ahead(self) -> list[ModelVersion]:
        found = self._client.search_model_versions(f"name = '{LEASES}'")
        tickets = [ticket for ticket in found if ticket.tags.get(OF) == self._of]
        if all(int(ticket.version) != self.number for ticket in tickets):
            self._lost = True
            self.require()
        return [ticket for ticket in tickets if int(ticket.version) < self.number]


@dataclass(frozen=True)
class _Seen:
    beat: str
    first: float
    last: float


class _Watch:
    """Which tickets are not renewed any more, as far as this process has seen."""

    def __init__(self) -> None:
        self._seen: dict[int, _Seen] = {}

    def is_void(self, ticket: ModelVersion) -> bool:
        """Whether its process is gone, or it has stood still for its life, with no gap in the looking."""
        if is_gone(ticket.tags.get(PROCESS, "")):
            return True
        number, beat, now = int(ticket.version), ticket.tags.get(BEAT, ""), _clock()
        before = self._seen.get(number)
        if before is None or before.beat != beat or now - before.last > RENEWAL:
            before = _Seen(beat, now, now)
        self._seen[number] = _Seen(beat, before.first, now)
        return now - before.first > LIFE


def _drawn(client: MlflowClient, of: str) -> int:
    ensure_model(client, LEASES, DESCRIPTION)
    tags = {OF: of, OWNER: shown_owner(), PROCESS: this_process(), BEAT: uuid4().hex}
    for attempt in range(DRAWS):
        try:
            return int(client.create_model_version(LEASES, SOURCE, tags=tags).version)
        except MlflowException as failure:
            if failure.error_code in REFUSALS or attempt == DRAWS - 1:
                raise
        time.sleep(random.uniform(FIRST_LOOK, LAST_LOOK))  # no secret
    raise AssertionError("unreachable")


def _remove(client: MlflowClient, number: int) -> None:
    try:
        client.delete_model_version(LEASES, str(number))
    except MlflowException as failure:
        if failure.error_code != MISSING:
            raise


def _clock() -> float:
    """Seconds that also go by while the machine is suspended."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
