"""The gate: where a model is accepted.

The candidate, one multi-task model, replaces K single-task models only if it is proven better on every one of the K
tasks. `decide` is pure: the same evidence and policy give the same decision, and artifacts are enough to repeat it.

A task's verdict rests on two paired differences (candidate − opponent, positive is better): of the candidate itself,
over test rows, and of the way it was trained, whose mean over fresh seeds varies with rows and with seeds:

    better     both lower bounds are above the margin; the opponent was trained to its end, and is the best on
               validation of all that were asked for; the candidate loses no class that its opponent finds; and its
               lower bound against the best constant of the training labels is above 0
    no worse   both lower bounds are above −tolerance; `rule: replace` alone knows it, and accepts it beside a better
               task
    worse      an upper bound is below zero
    undecided  anything else, and whenever the evidence on the task is unsound

The confidence of the bounds is what the ledger of test rows has left for this look at them.

Promoting says 'better' of all tasks at once. That is an intersection–union test (Berger 1982): if the candidate is in
truth no better on some task, promoting it takes a false 'better' on that very task, which has probability at most
α = 1 − confidence. So the whole decision has level α, and no correction for the number of tasks is owed; one would be
if 'better' on *any* task sufficed.

It fails closed: every step of the gate may object, evidence that is missing or unsound is an objection, and the
candidate is accepted when there is none.

A task whose model in use the spec names, its incumbent, must be better than that, too, by an interval of its own; a
task's level stays α, since it takes both. A registered model that is judged as it is (`mtl judge`) has no seeds: the
claim is then about that version alone.

Versions 1 to 3 of the rules had one bound, of the candidate itself, and asked that the mean over the search's seeds be
above the margin, too; decisions of then are repeated under them.

References:
    R. L. Berger (1982), Multiparameter Hypothesis Testing and Acceptance Sampling, Technometrics 24(4), 295–300.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mtl.evaluation.heavy_tails import HEAVY
from mtl.evaluation.incumbent_comparison import IncumbentAnswer, IncumbentCompared
from mtl.promotion import objections
from mtl.promotion.better import verdict_on_task
from mtl.promotion.decision import Decision, TaskVerdict
from mtl.promotion.error_budget import Granted
from mtl.promotion.evidence import RULES, Evidence
from mtl.spec.gate_section import GateSpec

KNOWN_RULES = range(1, RULES + 1)
"""The versions of the rules that decisions can be made under, those of before to repeat what was decided then."""


class _About(NamedTuple):
    """Objections by what they are about, each in the order of the gate."""

    data: tuple[str, ...]
    tasks: tuple[str, ...]
    model: tuple[str, ...]


def decide(evidence: Evidence, policy: GateSpec) -> Decision:
    """Accept or refuse the candidate, under the version of the rules that the evidence names.

    Args:
        evidence: what was found; any part of it may be missing.
        policy: what the spec asks; the confidence is that of all decisions on the same test rows together.
    """
    asked = policy.model_copy(update={"confidence": confidence_of(evidence, policy)})
    verdicts = tuple(verdict_on_task(task, evidence, asked) for task in evidence.tasks)
    about = _About(
        (*objections.on_data(evidence), *objections.on_budget(evidence, asked)),
        tuple(objections.on_tasks(verdicts, evidence, asked)),
        (
            *objections.on_champions(evidence, asked),
            *objections.on_slices(evidence),
            *objections.on_artifact(evidence.artifact),
        ),
    )
    return Decision(
        promote=not any(about),
        verdicts=verdicts,
        reasons=(*about.data, *about.tasks, *about.model),
        replaceable=_replaceable(verdicts, evidence, asked),
        sentence=_sentence(verdicts, about, evidence, asked),
        **_claim(evidence, asked),
    )


def confidence_of(evidence: Evidence, policy: GateSpec) -> float:
    """Of each bound: what the ledger of test rows has left for this look at them."""
    if evidence.asks_confirmation and isinstance(evidence.budget, Granted):
        return 1.0 - evidence.budget.level
    return policy.confidence


def _claim(evidence: Evidence, asked: GateSpec) -> dict[str, Any]:
    """What a promotion would claim, and what weakens it; nothing before version 4 of the rules."""
    if not evidence.asks_confirmation:
        return {}
    level = evidence.budget.level if isinstance(evidence.budget, Granted) else None
    return {"rule": asked.rule, "level": level, "warnings": tuple(_warnings(evidence))}


def _warnings(evidence: Evidence) -> Iterator[str]:
    for each in evidence.comparison.tasks if evidence.comparison else ():
        if each.tail is not None and each.tail > HEAVY:
            yield (
                f"{each.task}: a hundredth of the rows makes up {each.tail:.0%} of the loss: where rare rows decide,"
                " no interval is to be trusted; a metric or a transform that they weigh less in says more"
            )


def _replaceable(verdicts: tuple[TaskVerdict, ...], evidence: Evidence, asked: GateSpec) -> tuple[str, ...]:
    """The tasks that nothing is held against when asked about alone; a check of the artifact may still be due."""
    artifact = objections.on_artifact(evidence.artifact) if evidence.artifact else ()
    if any((*objections.on_data(evidence), *objections.on_budget(evidence, asked), *artifact)):
        return ()
    return tuple(
        each.task
        for each in verdicts
        if objections.surely_better(each, evidence, asked)
        and not any((*objections.on_champions(evidence, asked, each.task), *objections.on_slices(evidence, each.task)))
    )


def _sentence(verdicts: tuple[TaskVerdict, ...], about: _About, evidence: Evidence, asked: GateSpec) -> str:
    """The decision in one sentence: the tasks by verdict, and the objections besides them in full.

    A second one says of which incumbents it is not known what they were trained on.
    """
    known = contamination(evidence.incumbents)
    doubts = f" {known}" if known else ""
    if not any(about):
        return f"Promote: the candidate is {_beaten(verdicts, evidence, asked)}.{doubts}"
    unjudged = {each.task: cause for each in verdicts if (cause := evidence.cause_unjudged(each.task))}
    judged = [each for each in verdicts if each.task not in unjudged]
    better, no_worse, worse, undecided = (
        [each.task for each in judged if each.verdict == verdict]
        for verdict in ("better", "no worse", "worse", "undecided")
    )
    on_all = [reason for reason in about.tasks if reason.startswith("no task is surely")]
    parts = [
        f"better on {len(better)} of {len(verdicts)} gated tasks",
        *([f"no worse on {', '.join(no_worse)}"] if no_worse else []),
        *([f"worse on {', '.join(worse)}"] if worse else []),
        *([f"undecided on {', '.join(undecided)}"] if undecided else []),
        *(f"{task} is not judged: {cause}" for task, cause in unjudged.items()),
        *(*about.data, *on_all, *about.model),
    ]
    return f"Reject: {'; '.join(parts)}.{doubts}"


def _beaten(verdicts: tuple[TaskVerdict, ...], evidence: Evidence, asked: GateSpec) -> str:
    """What an accepted candidate has shown, and at which error rate."""
    incumbents = evidence.incumbents
    others = f" and than the models in use of {', '.join(incumbents)}" if incumbents else ""
    better = [each.task for each in verdicts if each.verdict == "better"]
    if len(better) == len(verdicts):
        told = f"better than the single-task models on all {len(verdicts)} gated tasks{others}"
    else:
        told = (
            f"better than the single-task models on {', '.join(better)} and by no more than its tolerance worse on the"
            f" other {len(verdicts) - len(better)} of {len(verdicts)} gated tasks{others} (rule: replace)"
        )
    if not evidence.asks_confirmation:
        return told
    if isinstance(evidence.budget, Granted):
        return f"{told}, at level {evidence.budget.level:.4f}, in look {evidence.budget.number} at these test rows"
    return f"{told}, by point estimates, which claims no error rate"


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
