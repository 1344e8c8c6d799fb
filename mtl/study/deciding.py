"""A decision from its basis: when it is made, and again whenever someone doubts it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

from mtl import registry
from mtl.data.frame import Frame
from mtl.errors import DataError
from mtl.evaluation.comparison import Comparison
from mtl.evaluation.judgeable import fewest_units, unjudged_on
from mtl.evaluation.paired_difference import Bootstrap
from mtl.promotion import gate
from mtl.promotion.decision import Decision
from mtl.promotion.error_budget import Granted, Refused
from mtl.promotion.evidence import CONFIRMED_SINCE, RULES, ArtifactCheck, Evidence
from mtl.provenance import digest_of
from mtl.spec import GateSpec, Spec
from mtl.study import decision_basis, old_reports
from mtl.study.comparing import bootstrap_for, compare_measured
from mtl.study.decision_basis import DecisionBasis, read_basis
from mtl.study.measured import Measured
from mtl.study.old_comparison import compare_as_before
from mtl.study.old_reports import read_old_report

DECISION = "decision.json"
"""The name of a stored decision in its report's folder."""


@dataclass(frozen=True, eq=False)
class Decided:
    """A decision, and what it was made from."""

    basis: DecisionBasis
    comparison: Comparison | None
    decision: Decision


@dataclass(frozen=True)
class Repeated:
    """A stored decision, and what its basis gives now."""

    stored: Decision
    again: Decision
    differences: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not self.differences


def decide(
    spec: Spec,
    checks_passed: bool,
    measured: Measured | None,
    comparison: Comparison | None,
    artifact: ArtifactCheck | None,
    budget: Granted | Refused | None = None,
) -> Decided:
    """The decision on a candidate under the rules of today.

    Args:
        spec: whose gate asks.
        checks_passed: the data passed its checks.
        measured: of the test side; None where there was no candidate or no look was granted.
        comparison: what follows from that.
        artifact: the check of the registered artifact.
        budget: what the ledger of test rows answered; None where it was not asked.
    """
    asked = (bootstrap_of(spec, budget), spec.gate, RULES, budget)
    basis = DecisionBasis(spec.gated_tasks, checks_passed, measured, artifact, *asked)
    return Decided(basis, comparison, decide_on(basis, comparison))


def origin_of(frame: Frame, study: str, report: Path, decided: Decided) -> registry.Origin:
    """What a decision follows from, by digests; `study`: its run in MLflow, `report`: the folder with its evidence."""
    policy = digest_of(decided.basis.policy.model_dump(mode="json"), decided.basis.rules)
    return registry.Origin(study, frame.digest, evidence_digest(report), policy)


def evidence_digest(report: Path) -> str:
    """The sha256 of the evidence in a report's folder."""
    return hashlib.sha256((report / decision_basis.FILE).read_bytes()).hexdigest()


def bootstrap_of(spec: Spec, budget: Granted | Refused | None = None) -> Bootstrap:
    """How a spec has differences resampled, at the confidence that the ledger of test rows leaves."""
    confidence = 1.0 - budget.level if isinstance(budget, Granted) else spec.gate.confidence
    return bootstrap_for(spec.evaluation.resamples, confidence)


def decide_on(basis: DecisionBasis, comparison: Comparison | None) -> Decision:
    """The decision under the rules that the basis names.

    Raises:
        DataError: this version does not know the rules.
    """
    if basis.rules not in gate.KNOWN_RULES:
        known = ", ".join(map(str, gate.KNOWN_RULES))
        raise DataError(f"the decision was made under version {basis.rules} of the gate's rules; known here: {known}")
    found = basis.measured
    opponents, unjudged = (found.opponents, _unjudged(found, basis.policy)) if found else ({}, {})
    told = (basis.tasks, basis.checks_passed, comparison, basis.artifact, opponents, unjudged)
    return gate.decide(Evidence(*told, basis.budget, basis.rules), basis.policy)


def compare_for(basis: DecisionBasis) -> Comparison | None:
    """The comparison that the rules of a decision ask for; None where nothing was measured."""
    if basis.measured is None:
        return None
    if basis.rules < CONFIRMED_SINCE:
        return compare_as_before(basis.measured, basis.bootstrap)
    return compare_measured(basis.measured, basis.bootstrap, basis.policy.margin)


def _unjudged(measured: Measured, policy: GateSpec) -> dict[str, str]:
    """Of each gated task that validation or test labels cannot judge, why."""
    on_test = unjudged_on("test", measured.truths, fewest_units(policy.confidence))
    return {**on_test, **measured.unjudged}


def repeat_decision(report: Path) -> Repeated:
    """Make the decision of a report again, from its evidence and the policy that it was made under.

    Raises:
        DataError: the folder holds no decision with its evidence.
    """
    stored = _stored(report)
    basis = _basis(report)
    again = decide_on(basis, compare_for(basis))
    return Repeated(stored, again, tuple(_differences(stored, again)))


def _stored(report: Path) -> Decision:
    try:
        return Decision.from_json((report / DECISION).read_bytes())
    except (OSError, ValueError) as error:
        raise DataError(f"'{report}' holds no decision: {' '.join(str(error).split())}") from error


def _basis(report: Path) -> DecisionBasis:
    if (report / old_reports.FILE).exists():
        try:
            return read_old_report(report)
        except (OSError, KeyError, ValueError, TypeError, EOFError, BadZipFile) as error:
            raise DataError(f"'{report}' holds no evidence of its decision: {error!r}") from error
    return read_basis(report / decision_basis.FILE)


def _differences(stored: Decision, again: Decision) -> Iterator[str]:
    if stored.sentence != again.sentence:
        yield f"stored: {stored.sentence} Again: {again.sentence}"
    for was, is_now in zip(stored.verdicts, again.verdicts, strict=False):
        if was != is_now:
            yield f"{was.task}: {was.verdict} ({was.reason}), now {is_now.verdict} ({is_now.reason})"
    if stored.reasons != again.reasons:
        yield f"objections: {'; '.join(stored.reasons) or 'none'}; now {'; '.join(again.reasons) or 'none'}"
    if stored.replaceable != again.replaceable:
        before, now = (", ".join(each.replaceable) or "none" for each in (stored, again))
        yield f"could take over: {before}; now {now}"
