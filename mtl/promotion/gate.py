"""The gate: where a model is accepted.

The candidate, one multi-task model, replaces K single-task models only if it is proven better on every one of the K
tasks. `decide` is pure: the same evidence and policy give the same decision, and artifacts are enough to repeat it.

A task's verdict rests on the interval of the paired difference (candidate − baseline, positive is better):

    better     the lower bound is above the margin, and so is the mean difference over seeds; and the baseline was
               trained to its end, the best on validation of all that were asked for;
               and the lower bound of the difference to the best constant of the training labels is above 0
    worse      the upper bound is below zero
    undecided  anything else, and whenever the evidence on the task is unsound

Promoting says 'better' of all tasks at once. That is an intersection–union test (Berger 1982): if the candidate is in
truth not better on some task, promoting it takes a false 'better' on that very task, which has probability at most
α = 1 − confidence. So the whole decision has level α, and no correction for the number of tasks is owed; one would be
if 'better' on *any* task sufficed.

It fails closed: every step of the gate may object, evidence that is missing or unsound is an objection, and the
candidate is accepted when there is none.

A task whose model in use the spec names, its incumbent, must be better than that, too, by an interval of its own; a
task's level stays α, since it takes both. A registered model that is judged as it is (`mtl judge`) has no seeds: the
claim is then about that version, and no mean over seeds is asked for.

References:
    R. L. Berger (1982), Multiparameter Hypothesis Testing and Acceptance Sampling, Technometrics 24(4), 295–300.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import assert_never

from mtl.evaluation.comparison import ChampionAbsent, ChampionAnswer, ChampionCompared, ChampionUnknown
from mtl.evaluation.incumbent_comparison import IncumbentAnswer, IncumbentCompared
from mtl.promotion.better import doubt, is_worse, verdict_on_task
from mtl.promotion.decision import Decision, TaskVerdict
from mtl.promotion.evidence import ArtifactCheck, Evidence, Opponent
from mtl.spec.gate_section import GateSpec

RULES = 3
"""The version of these rules, which the evidence of a decision names: other rules have another number."""


def decide(evidence: Evidence, policy: GateSpec) -> Decision:
    """Accept or refuse the candidate.

    Args:
        evidence: what was found; any part of it may be missing.
        policy: the confidence, the margin and the least number of labels.
    """
    verdicts = tuple(verdict_on_task(task, evidence, policy) for task in evidence.tasks)
    on_data = tuple(_data_objections(evidence))
    on_tasks = tuple(_task_objections(verdicts))
    on_model = (*_champion_objections(evidence.champion, policy), *_artifact_objections(evidence.artifact))
    reasons = (*on_data, *on_tasks, *on_model)
    return Decision(
        promote=not reasons,
        verdicts=verdicts,
        reasons=reasons,
        replaceable=_replaceable(verdicts, evidence, policy),
        sentence=_sentence(verdicts, (*on_data, *on_model), evidence),
    )


def decide_by_rules_2(evidence: Evidence, policy: GateSpec) -> Decision:
    """As decisions were made before a candidate had to be better than a constant, and tasks were told as not judged."""
    return decide(replace(evidence, asks_constant=False, unjudged={}), policy)


def decide_by_rules_1(evidence: Evidence, policy: GateSpec) -> Decision:
    """As decisions were made before anything was known of how an opponent was trained: it was taken to be sound."""
    return decide_by_rules_2(replace(evidence, opponents=dict.fromkeys(evidence.tasks, Opponent())), policy)


def _data_objections(evidence: Evidence) -> Iterator[str]:
    if not evidence.checks_passed:
        yield "the data did not pass its checks"


def _task_objections(verdicts: tuple[TaskVerdict, ...]) -> Iterator[str]:
    if not verdicts:
        yield "no task is gated"
    for each in verdicts:
        if each.verdict != "better":
            yield f"{each.task} is {each.verdict}: {each.reason}"


def _champion_objections(champion: ChampionAnswer, policy: GateSpec, only: str | None = None) -> Iterator[str]:
    """The candidate must not be worse than the champion on any task that both have, or on one of them."""
    match champion:
        case ChampionAbsent():
            return
        case ChampionUnknown(reason):
            yield f"whether the champion is better cannot be told: {reason}"
        case ChampionCompared(version, ()):
            yield f"whether champion {version} is better cannot be told: it shares no task with the candidate"
        case ChampionCompared(version, differences):
            for paired in differences:
                if only not in (None, paired.task):
                    continue
                if reason := doubt(paired, policy):
                    yield f"whether champion {version} is better on {paired.task} cannot be told: {reason}"
                elif is_worse(paired):
                    yield f"champion {version} is better on {paired.task}: {paired.metric} {paired.difference:+.4f}"
        case _:
            assert_never(champion)


def _artifact_objections(artifact: ArtifactCheck | None) -> Iterator[str]:
    if artifact is None:
        yield "the registered artifact was not checked"
        return
    if not artifact.reproduces:
        yield f"the registered artifact does not reproduce the evaluated predictions: {artifact.detail}"
    if not artifact.answers:
        yield f"the registered artifact does not answer over HTTP: {artifact.detail}"


def _replaceable(verdicts: tuple[TaskVerdict, ...], evidence: Evidence, policy: GateSpec) -> tuple[str, ...]:
    """The tasks that nothing is held against when asked about alone; a check of the artifact may still be due."""
    about_all = [*_data_objections(evidence), *(_artifact_objections(evidence.artifact) if evidence.artifact else ())]
    return tuple(
        each.task
        for each in verdicts
        if not about_all
        and each.verdict == "better"
        and not any(_champion_objections(evidence.champion, policy, only=each.task))
    )


def _sentence(verdicts: tuple[TaskVerdict, ...], besides: tuple[str, ...], evidence: Evidence) -> str:
    """The decision in one sentence: the tasks by verdict, and the objections besides them in full.

    A second one says of which incumbents it is not known what they were trained on.
    """
    incumbents, unjudged = evidence.incumbents, evidence.unjudged
    judged = [each for each in verdicts if each.task not in unjudged]
    better, worse, undecided = (
        [each.task for each in judged if each.verdict == verdict] for verdict in ("better", "worse", "undecided")
    )
    known = contamination(incumbents)
    doubts = f" {known}" if known else ""
    if verdicts and len(better) == len(verdicts) and not besides:
        others = f" and than the models in use of {', '.join(incumbents)}" if incumbents else ""
        beaten = f"better than the single-task models on all {len(verdicts)} gated tasks{others}"
        return f"Promote: the candidate is {beaten}.{doubts}"
    parts = [
        f"better on {len(better)} of {len(verdicts)} gated tasks",
        *([f"worse on {', '.join(worse)}"] if worse else []),
        *([f"undecided on {', '.join(undecided)}"] if undecided else []),
        *(f"{each.task} is not judged: {unjudged[each.task]}" for each in verdicts if each.task in unjudged),
        *besides,
    ]
    return f"Reject: {'; '.join(parts)}.{doubts}"


def contamination(incumbents: Mapping[str, IncumbentAnswer]) -> str:
    """A sentence on the incumbents of which nobody declared what they were trained on; empty when there is none."""
    undeclared = [
        answer.version
        for answer in incumbents.values()
        if isinstance(answer, IncumbentCompared) and answer.declared == "nothing"
    ]
    if not undeclared:
        return ""
    return (
        f"What {', '.join(dict.fromkeys(undeclared))} may have been trained on is not declared: rows of this test side"
        " among them would make it look better than it is."
    )
