"""A decision from its basis: when it is made, and again whenever someone doubts it."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
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
from mtl.promotion.evidence import ArtifactCheck, Evidence
from mtl.provenance import digest_of
from mtl.spec import GateSpec, Spec
from mtl.study import decision_basis, old_reports
from mtl.study.decision_basis import DecisionBasis, read_basis
from mtl.study.measured import Measured, compare_measured
from mtl.study.old_reports import read_old_report

DECISION = "decision.json"
"""The name of a stored decision in its report's folder."""

_RULES: Mapping[int, Callable[[Evidence, GateSpec], Decision]] = {
    1: gate.decide_by_rules_1,
    2: gate.decide_by_rules_2,
    gate.RULES: gate.decide,
}


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
) -> Decided:
    """The decision on a candidate under the rules of today."""
    asked = (bootstrap_of(spec), spec.gate, gate.RULES)
    basis = DecisionBasis(spec.gated_tasks, checks_passed, measured, artifact, *asked)
    return Decided(basis, comparison, decide_on(basis, comparison))


def origin_of(frame: Frame, study: str, report: Path, decided: Decided) -> registry.Origin:
    """What a decision follows from, by digests; `study`: its run in MLflow, `report`: the folder with its evidence."""
    policy = digest_of(decided.basis.policy.model_dump(mode="json"), decided.basis.rules)
    return registry.Origin(study, frame.digest, evidence_digest(report), policy)


def evidence_digest(report: Path) -> str:
    """The sha256 of the evidence in a report's folder."""
    return hashlib.sha256((report / decision_basis.FILE).read_bytes()).hexdigest()


def bootstrap_of(spec: Spec) -> Bootstrap:
    """How a spec has differences resampled."""
    return Bootstrap(spec.evaluation.resamples, spec.gate.confidence, seed=0)


def decide_on(basis: DecisionBasis, comparison: Comparison | None) -> Decision:
    """The decision under the rules that the basis names.

    Raises:
        DataError: this version does not know the rules.
    """
    if basis.rules not in _RULES:
        known = ", ".join(map(str, _RULES))
        raise DataError(f"the decision was made under version {basis.rules} of the gate's rules; known here: {known}")
    found = basis.measured
    opponents, unjudged = (found.opponents, _unjudged(found, basis.policy)) if found else ({}, {})
    evidence = Evidence(basis.tasks, basis.checks_passed, comparison, basis.artifact, opponents, unjudged)
    return _RULES[basis.rules](evidence, basis.policy)


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
    again = decide_on(basis, compare_measured(basis.measured, basis.bootstrap) if basis.measured else None)
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
