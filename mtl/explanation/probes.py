"""Probes: the candidate trained once more with one thing changed, each of which would repair one cause."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from mtl.explanation.thinned import thinned
from mtl.run_names import RunName
from mtl.spec.training_section import TrainingSpec
from mtl.training.plans import ALONE as ALONE_APPROACH
from mtl.training.plans import RunPlan

AS_IT_IS, ALONE, WIDER, REGULARISED, FEWER = "as it is", "alone", "wider", "regularised", "half the labels"

TIMES_WIDER = 4
"""By how much the trunk is widened: a capacity that is the cause is not doubted then."""

STRONGER_L2, STRONGER_DROPOUT = 30.0, 0.4
"""By how much weight decay is multiplied, and what is added to dropout."""

LEAST_L2, MOST_DROPOUT = 3.0, 0.5
"""Of a regularised probe."""

HALF = 0.5
DRAW = 0
"""The seed of the draw of labels."""


Key: TypeAlias = tuple[str, str]


@dataclass(frozen=True)
class Probe:
    """Trainings that differ in their seeds alone.

    Attributes:
        what: is changed.
        task: of a training alone; empty of one on all tasks.
        plans: one per seed.
    """

    what: str
    task: str
    plans: tuple[RunPlan, ...]

    @property
    def key(self) -> Key:
        """What is changed, and the task of a training alone."""
        return self.what, self.task


def alone_like(like: RunPlan, task: str) -> RunPlan:
    """A single-task network with everything else as in a run of the candidate."""
    scheme, sharing = ALONE_APPROACH.scheme, ALONE_APPROACH.sharing
    name = RunName.single(task, like.name.seed)
    return replace(like, name=name, tasks=(task,), scheme=scheme, sharing=sharing).placed(like.folder.parent)


def probes_of(like: RunPlan, alone: Mapping[str, RunPlan], seeds: Sequence[int]) -> tuple[Probe, ...]:
    """All probes of a candidate.

    Args:
        like: a run of the candidate.
        alone: of each task that is to be explained, a single-task network.
        seeds: that every probe is trained with.
    """
    together = {
        AS_IT_IS: like,
        WIDER: replace(like, model=like.model.model_copy(update={"trunk": _wider(like.model.trunk)})),
        REGULARISED: replace(
            like,
            model=like.model.model_copy(update={"dropout": min(like.model.dropout + STRONGER_DROPOUT, MOST_DROPOUT)}),
            training=_regularised(like.training),
        ),
        FEWER: replace(like, prepared=thinned(like.prepared, HALF, DRAW)),
    }
    shared = [Probe(what, "", _with_seeds(plan, seeds)) for what, plan in together.items()]
    return (*shared, *(Probe(ALONE, task, _with_seeds(plan, seeds)) for task, plan in alone.items()))


def _with_seeds(plan: RunPlan, seeds: Sequence[int]) -> tuple[RunPlan, ...]:
    return tuple(plan.with_seed(seed) for seed in seeds)


def _wider(trunk: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(TIMES_WIDER * width for width in trunk)


def _regularised(training: TrainingSpec) -> TrainingSpec:
    return training.model_copy(update={"l2": max(STRONGER_L2 * training.l2, LEAST_L2)})
