"""A look at test rows: what the ledger is told of it, and what it answers before anything is seen."""

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mtl import registry
from mtl.data.frame import Frame
from mtl.data.prepared import Prepared, Side
from mtl.data.row_keys import row_keys
from mtl.promotion.decision import Decision
from mtl.promotion.error_budget import Granted, Refused, grant
from mtl.promotion.unit_sketch import UnitSketch, sketch_units
from mtl.spec import Spec
from mtl.study.locked_test import OpenedTest, rows_of
from mtl.study.measured import Measured


@dataclass(frozen=True, eq=False)
class Look:
    """What may be seen of the test side.

    Attributes:
        found: labels and predictions; None when there was no candidate, or no look was granted.
        budget: what the ledger answered; None where no error rate is claimed, or there was nothing to look at.
        digest: by which the ledger knows the look; empty where it was not asked.
    """

    found: Measured | None
    budget: Granted | Refused | None
    digest: str = ""


def open_look(spec: Spec, where: registry.Registry, opened: OpenedTest, found: Measured | None, run_id: str) -> Look:
    """Ask the ledger for a look at what was measured; without its grant nothing of that is handed on.

    Raises:
        LeaseError: another look is being opened for minutes.
        RegistryUnreachableError: the registry cannot be reached.
    """
    if found is None or not spec.gate.claims_error_rate:
        return Look(found, None)
    digest = look_digest(found)
    request = registry.LookRequest(
        rows_looked_at(spec, opened), digest, spec.name, run_id, alpha=1.0 - spec.gate.confidence
    )
    budget = registry.open_look(where, request)
    return Look(None if isinstance(budget, Refused) else found, budget, digest)


def budget_ahead(spec: Spec, where: registry.Registry, prepared: Prepared, frame: Frame) -> Granted | Refused | None:
    """What the ledger would answer now, before anything is trained; None where it will not be asked.

    A study that was made before finds its old look, whatever this says.

    Raises:
        RegistryUnreachableError: the registry cannot be reached.
    """
    if not spec.gate.claims_error_rate:
        return None
    side = prepared.side("test")
    past = [entry.as_past for entry in registry.read_ledger(where)]
    return grant(_labelled_rows(spec, prepared, side, rows_of(frame, side)), past, 1.0 - spec.gate.confidence)


def close_look(where: registry.Registry, look: Look, decision: Decision) -> None:
    """Tell the ledger what became of a look that it granted.

    Raises:
        RegistryUnreachableError: the registry cannot be reached.
    """
    if isinstance(look.budget, Granted):
        registry.close_look(where, look.digest, _outcome(look, decision))


def _outcome(look: Look, decision: Decision) -> registry.Outcome:
    """A registered model that is judged as it is proves nothing of how candidates are made, and gives nothing back."""
    if look.found is not None and look.found.candidate.version is not None:
        return "judged better" if decision.promote else "judged not better"
    return "promoted" if decision.promote else "rejected"


def look_digest(measured: Measured) -> str:
    """The sha256 of test labels and of what the compared runs predict: the same look has the same.

    What champions and models in use predict is left out: a decision that is made again against another champion is made
    on the same look.
    """
    found = hashlib.sha256()
    for task, truth in sorted(measured.truths.items()):
        found.update(f"{task}\x1f{truth.kind}\x1f{truth.metric}\x1f".encode())
        found.update(truth.labels.tobytes())
    for run in sorted(measured.predictions, key=str):
        if run.seed is None or run.seed in measured.confirming or not measured.confirming:
            for task, array in sorted(measured.predictions[run].items()):
                found.update(f"{run}\x1f{task}\x1f".encode())
                found.update(np.ascontiguousarray(array, dtype=np.float64).tobytes())
    return found.hexdigest()


def rows_looked_at(spec: Spec, opened: OpenedTest) -> UnitSketch:
    """The test rows with a label of some gated task, by their keys; without a key, by what they hold."""
    return _labelled_rows(spec, opened.prepared, opened.side, opened.rows)


def _labelled_rows(spec: Spec, prepared: Prepared, side: Side, rows: pd.DataFrame) -> UnitSketch:
    gated = [not task.auxiliary for task in prepared.tasks]
    labelled = np.flatnonzero(~np.isnan(side.labels[:, gated]).all(axis=1))
    return sketch_units(row_keys(spec, rows).iloc[labelled])
