"""The ledger of test rows: which were looked at, how often, by whom, at which level, and what became of it.

An entry is a version of the registered model `mtl.ledger`, kept for good. It belongs to test rows, by their keys, and
to no model or study, so that no new name renews them. MLflow's page of the model shows it.

A look is opened under a lease, so that two studies cannot both spend the same, and its entry is written before its
level is known to the caller: a process that dies in between has spent it. What is looked at has a digest, over labels,
keys and all predictions that are compared. The same digest is the same look: resuming a study and repeating a decision
find the entry and spend nothing. A ledger that cannot be read is an error, never an empty ledger.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import get_args

from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion

from mtl.errors import MtlError
from mtl.process_identity import who_asks
from mtl.promotion.error_budget import FRACTION, Granted, PastLook, Refused, grant
from mtl.promotion.unit_sketch import UnitSketch
from mtl.registry.client import reaching
from mtl.registry.connection import Registry
from mtl.registry.lease import Told, hold_lease
from mtl.registry.records import Outcome
from mtl.registry.versions import ensure_model

LEDGER = "mtl.ledger"
DESCRIPTION = "Looks at test rows, not models: what each spent of the error that the rows allow. Do not delete them."
DIGEST, OUTCOME, UNITS, LOOK, CLOSED_AT = "look", "outcome", "units", "grant", "closed_at"
"""A version's tags: `grant` is JSON, `units` a sketch."""

SOURCE = "ledger://look/at-test-rows"
"""What MLflow wants of every version, and a server as an absolute address; nothing is there."""

OF_LEASE, PATIENCE = "the ledger of test rows", 120.0
"""What a look is opened under, and seconds to wait for others who open one."""

PAGE = 1000
"""Entries in an answer."""

OUTCOMES: dict[str, Outcome] = {outcome: outcome for outcome in get_args(Outcome)}


@dataclass(frozen=True)
class LookRequest:
    """Someone wants to compare predictions on test rows.

    Attributes:
        units: the rows.
        digest: sha256 over the labels, the keys and all predictions that are compared, in hexadecimal.
        study: the study's name, which is its model's.
        run_id: of the study's run in MLflow; empty where there is none.
        alpha: 1 − the confidence that is asked, 0 < α ≤ .5.
    """

    units: UnitSketch
    digest: str
    study: str
    run_id: str
    alpha: float


@dataclass(frozen=True)
class LedgerEntry:
    """A look, as the registry keeps it.

    Attributes:
        entry: the number of the version.
        by: the user and the host.
        at: UTC, ISO 8601.
        granted: as when it was opened.
    """

    entry: int
    digest: str
    study: str
    run_id: str
    by: str
    at: str
    alpha: float
    granted: Granted
    units: UnitSketch
    outcome: Outcome

    @property
    def as_past(self) -> PastLook:
        """What it means to later looks; one that was never closed was spent."""
        return PastLook(self.units, self.granted.level, self.granted.share_fresh, self.outcome == "promoted")


def open_look(registry: Registry, look: LookRequest, told: Told = str) -> Granted | Refused:
    """Enter a look and return its level, or say that nothing is left; the same look again has its old grant.

    A look that is repeated at a smaller α is held to what that would have granted at first. `told` hears whom it waits
    for. Raises LeaseError, RegistryUnreachableError and MtlError (an entry that cannot be read).
    """
    with hold_lease(registry, OF_LEASE, PATIENCE, told) as lease:
        entries = read_ledger(registry)
        for same in (entry for entry in entries if entry.digest == look.digest):
            level = min(same.granted.level, FRACTION * look.alpha)
            return Granted(**{**asdict(same.granted), "level": level})
        answer = grant(look.units, [entry.as_past for entry in entries], look.alpha)
        if isinstance(answer, Granted):
            lease.require()
            _write(registry, look, answer)
        return answer


def close_look(registry: Registry, digest: str, outcome: Outcome) -> None:
    """Say what became of a look; saying it again changes nothing.

    Raises MtlError when there is no such look or outcome, and RegistryUnreachableError.
    """
    if outcome not in OUTCOMES:
        raise MtlError(f"outcome of a look: expected one of {', '.join(OUTCOMES)}; got {outcome!r}")
    with reaching(registry, f"close a look in {LEDGER}") as client:
        found = list(_versions(client, f" and tags.{DIGEST} = '{digest}'"))
        if not found:
            raise MtlError(f"{LEDGER} at {registry.shown} has no look {digest[:12]}…: open it before it is closed")
        number = str(found[0].version)
        client.set_model_version_tag(LEDGER, number, OUTCOME, outcome)
        client.set_model_version_tag(LEDGER, number, CLOSED_AT, _now())


def read_ledger(registry: Registry) -> tuple[LedgerEntry, ...]:
    """All looks, the earliest first; none where nobody has looked yet.

    Raises RegistryUnreachableError, and MtlError when a version is no entry.
    """
    with reaching(registry, "read the ledger of test rows") as client:
        return tuple(sorted(map(_entry, _versions(client)), key=lambda entry: entry.entry))


def _versions(client: MlflowClient, condition: str = "") -> Iterator[ModelVersion]:
    token: str | None = None
    while True:
        page = client.search_model_versions(f"name = '{LEDGER}'{condition}", max_results=PAGE, page_token=token)
        yield from page
        token = page.token
        if not token:
            return


def _write(registry: Registry, look: LookRequest, granted: Granted) -> None:
    known = {"study": look.study, "run_id": look.run_id, "by": who_asks(), "at": _now(), "alpha": look.alpha}
    tags = {
        DIGEST: look.digest,
        OUTCOME: "open",
        UNITS: look.units.to_text(),
        LOOK: json.dumps({**known, "granted": asdict(granted)}),
    }
    with reaching(registry, f"enter a look in {LEDGER}") as client:
        ensure_model(client, LEDGER, DESCRIPTION)
        client.create_model_version(LEDGER, SOURCE, tags=tags)


def _entry(version: ModelVersion) -> LedgerEntry:
    tags = version.tags
    try:
        known = json.loads(tags[LOOK])
        granted = Granted(**known.pop("granted"))
        units, outcome = UnitSketch.from_text(tags[UNITS]), OUTCOMES[tags[OUTCOME]]
        return LedgerEntry(int(version.version), tags[DIGEST], granted=granted, units=units, outcome=outcome, **known)
    except (KeyError, TypeError, ValueError) as failure:
        raise MtlError(
            f"version {version.version} of {LEDGER} is no look at test rows ({failure!r}), so that nobody knows what is"
            " spent; update the program if a later one wrote it, delete the version if it was made by hand"
        ) from failure


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
