"""What may be held against a candidate beside its verdicts on tasks: data, champions, slices, artifact, the ledger."""

from collections.abc import Iterator
from typing import assert_never

from mtl.evaluation.comparison import ChampionAbsent, ChampionAnswer, ChampionCompared, ChampionUnknown
from mtl.evaluation.paired_difference import PairedDifference
from mtl.promotion.better import ACCEPTED
from mtl.promotion.confirmed import tolerance
from mtl.promotion.decision import TaskVerdict
from mtl.promotion.doubt import doubt, is_worse
from mtl.promotion.error_budget import Refused
from mtl.promotion.evidence import ArtifactCheck, Evidence
from mtl.spec.gate_section import GateSpec


def on_data(evidence: Evidence) -> Iterator[str]:
    """Of checks that failed."""
    if not evidence.checks_passed:
        yield "the data did not pass its checks"


def on_budget(evidence: Evidence, policy: GateSpec) -> Iterator[str]:
    """Of test rows that were looked at too often, or of which that is not known."""
    if not (evidence.asks_confirmation and policy.claims_error_rate):
        return
    if isinstance(evidence.budget, Refused):
        yield evidence.budget.sentence
    elif evidence.budget is None and evidence.comparison is not None:
        yield "the ledger of test rows was not asked what error rate is left"


def on_tasks(verdicts: tuple[TaskVerdict, ...], evidence: Evidence, policy: GateSpec) -> Iterator[str]:
    """Of each task whose verdict a promotion cannot rest on; under `rule: replace` also if none is better."""
    if not verdicts:
        yield "no task is gated"
    accepted = ACCEPTED if policy.rule == "replace" else ("better",)
    for each in verdicts:
        if each.verdict not in accepted:
            yield f"{each.task} is {each.verdict}: {each.reason}"
    if policy.rule == "replace" and verdicts and not any(surely_better(each, evidence, policy) for each in verdicts):
        yield "no task is surely better, with all of them taken together: there is nothing to replace models for"


def surely_better(verdict: TaskVerdict, evidence: Evidence, policy: GateSpec) -> bool:
    """Whether a task is better even as one of several that could have been: adjusted for their number.

    Before version 4 of the rules that was not asked.
    """
    if verdict.verdict != "better" or not (evidence.asks_confirmation and policy.claims_error_rate):
        return verdict.verdict == "better"
    found = evidence.on(verdict.task)
    return found is not None and found.adjusted is not None and found.adjusted <= 1.0 - policy.confidence


def on_champions(evidence: Evidence, policy: GateSpec, only: str | None = None) -> Iterator[str]:
    """Of what is served, and of the best that ever was: without the second, small losses would add up."""
    yield from _on_champion(evidence.champion, "champion", evidence, policy, only)
    if evidence.comparison is not None and evidence.asks_confirmation:
        yield from _on_champion(evidence.comparison.anchor, "the best former champion, version", evidence, policy, only)


def on_artifact(artifact: ArtifactCheck | None) -> Iterator[str]:
    """Of a registered copy that is not what was evaluated."""
    if artifact is None:
        yield "the registered artifact was not checked"
        return
    if not artifact.reproduces:
        yield f"the registered artifact does not reproduce the evaluated predictions: {artifact.detail}"
    if not artifact.answers:
        yield f"the registered artifact does not answer over HTTP: {artifact.detail}"


def on_slices(evidence: Evidence, only: str | None = None) -> Iterator[str]:
    """Of parts of the rows on which the candidate is surely worse than a task's opponent."""
    for part in evidence.comparison.slices if evidence.comparison else ():
        if part.surely_worse and only in (None, part.difference.task):
            at = f"where {part.column} is {part.value} ({part.difference.labels} labels)"
            yield f"{part.difference.task} is worse {at}: {part.difference.metric} {part.difference.difference:+.4f}"


def _on_champion(
    champion: ChampionAnswer, called: str, evidence: Evidence, policy: GateSpec, only: str | None
) -> Iterator[str]:
    """The candidate must not be worse on any task that both have, or on `only` one of them."""
    match champion:
        case ChampionAbsent():
            return
        case ChampionUnknown(reason):
            yield f"whether the champion is better cannot be told: {reason}"
        case ChampionCompared(version, ()):
            yield f"whether {called} {version} is better cannot be told: it shares no task with the candidate"
        case ChampionCompared(version, differences):
            for paired in differences:
                if only in (None, paired.task):
                    yield from _on_former(f"{called} {version}", champion, paired, evidence, policy)
        case _:
            assert_never(champion)


def _on_former(
    called: str, champion: ChampionCompared, paired: PairedDifference, evidence: Evidence, policy: GateSpec
) -> Iterator[str]:
    """A loss must be surely smaller than what is tolerated; before version 4 of the rules it must not be sure."""
    task, difference = paired.task, f"{paired.metric} {paired.difference:+.4f}"
    confirmed = evidence.asks_confirmation
    loss = tolerance(task, paired, evidence.on(task), policy) if confirmed else 0.0
    if reason := doubt(paired, policy, confirmed):
        yield f"whether {called} is better on {task} cannot be told: {reason}"
    elif is_worse(paired) and not paired.lower >= -loss:
        yield f"{called} is better on {task}: {difference}"
    elif confirmed:
        if paired.lower < -loss:
            bounds = f"[{paired.lower:+.4f}, {paired.upper:+.4f}]"
            yield f"{called} may be better on {task} by more than the tolerated {loss:.4g}: {difference} {bounds}"
        if classes := champion.lost.get(task):
            yield f"{called} finds rows of {', '.join(classes)} on {task}, of which the candidate finds none"
