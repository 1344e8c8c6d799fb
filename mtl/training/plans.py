"""A run as a value: what it is to train. The same plan gives the same folder."""

from dataclasses import dataclass, replace
from pathlib import Path

from typing_extensions import override

from mtl.data.prepared import Prepared
from mtl.models.sharing.hard import Hard
from mtl.models.sharing_way import Sharing
from mtl.provenance import digest_of, source_digest
from mtl.ranges import Settings
from mtl.run_names import NETWORK, RunName
from mtl.spec import Spec
from mtl.spec.model_section import ModelSpec
from mtl.spec.training_section import TrainingSpec
from mtl.training.approaches import Approach, Approaches
from mtl.training.bar import Bar, is_rung
from mtl.training.network_settings import model_with, training_with, weights_of
from mtl.training.results import StoredRun
from mtl.weighting.scheme import Scheme
from mtl.weighting.schemes.equal import Equal
from mtl.weighting.schemes.fixed import Fixed

CODE = (
    "mtl.spec",
    "mtl.names",
    "mtl.options",
    "mtl.features",
    "mtl.data",
    "mtl.tasks",
    "mtl.evaluation",
    "mtl.models",
    "mtl.weighting",
    "mtl.training",
)
"""The packages that a run's result follows from."""

ALONE = Approach(Equal(), Hard())
"""A single-task run: the trunk that hard sharing has, and one head."""


@dataclass(frozen=True)
class PrunedRun(StoredRun):
    """What a plan leaves that is stopped by a bar."""

    folder: Path


@dataclass(frozen=True)
class RungRun(PrunedRun):
    """What a plan leaves at a rung, where it may go on: what it is saved to is the plan's own."""

    whole: "RunPlan"

    @property
    @override
    def checkpoint(self) -> Path:
        return self.whole.checkpoint


@dataclass(frozen=True)
class RunPlan(StoredRun):
    """One training of a network to be done: everything that its result follows from, and where the result goes.

    Attributes:
        pretrained: the run whose kept weights it starts from, but for the heads; None for random ones.
    """

    name: RunName
    tasks: tuple[str, ...]
    scheme: Scheme
    sharing: Sharing
    prepared: Prepared
    model: ModelSpec
    training: TrainingSpec
    folder: Path
    pretrained: "RunPlan | None" = None

    def pruned_by(self, bar: Bar) -> StoredRun:
        """Where a trial of the plan is saved between epochs, and goes if it falls behind a bar: no whole run is there.

        One that keeps up goes where the plan itself says, whatever the bar was. Without a bar, both are the same. At a
        rung it is saved where the plan itself says, too: it may go on from there.
        """
        if not bar:
            return self
        folder = self.folder.with_name(digest_of(self.key, bar)[:32])
        return RungRun(folder, self) if is_rung(bar) else PrunedRun(folder)

    def with_settings(self, settings: Settings, pretrained: "RunPlan | None" = None) -> "RunPlan":
        """The same run with other settings; `pretrained`: what it then starts from. None of them, the same plan."""
        scheme = Fixed(weights) if (weights := weights_of(settings, self.tasks)) else self.scheme
        model, training = model_with(self.model, settings), training_with(self.training, settings)
        told = replace(self, scheme=scheme, model=model, training=training, pretrained=pretrained)
        return told.placed(self.folder.parent)

    def with_seed(self, seed: int) -> "RunPlan":
        """The same run from another seed, and what it starts from likewise."""
        source = self.pretrained.with_seed(seed) if self.pretrained else None
        return replace(self, name=replace(self.name, seed=seed), pretrained=source).placed(self.folder.parent)

    def placed(self, folder: Path) -> "RunPlan":
        """The plan with its place below `folder`, named by the digest of all that its result follows from."""
        key = digest_of(
            self.prepared.digest,
            str(self.name),
            repr(Approach(self.scheme, self.sharing)),
            self.model.model_dump(),
            self.training.model_dump(),
            source_digest(*CODE),
            self.pretrained.key if self.pretrained else None,
        )[:32]
        return replace(self, folder=folder / key)


def plan_runs(spec: Spec, approaches: Approaches, prepared: Prepared, folder: Path) -> tuple[RunPlan, ...]:
    """Every network of a study, with each seed; the longest first, and each after the one that it starts from.

    That is each scheme, under each way of sharing that it is defined for, on all tasks; and if networks are among the
    baselines, each gated task alone, what some task is pretrained on, gated or not, and each task after each that it is
    pretrained on.
    """

    def plan(name: RunName, approach: Approach = ALONE, pretrained: RunPlan | None = None) -> RunPlan:
        tasks = (name.task,) if name.task else tuple(spec.tasks)
        scheme, sharing = approach.scheme, approach.sharing
        made = RunPlan(name, tasks, scheme, sharing, prepared, spec.model, spec.training, folder, pretrained)
        return made.placed(folder)

    together = [
        plan(RunName(called, None, seed), approach)
        for called, approach in approaches.chosen.items()
        for seed in spec.seeds
    ]
    transfers = [(task, source) for task in spec.gated_tasks for source in spec.tasks[task].pretrained_on]
    alone_tasks = spec.gated_tasks if NETWORK in [baseline.name for baseline in spec.baselines] else ()
    # What others wait for goes first among its like.
    alone = {
        (task, seed): plan(RunName.single(task, seed))
        for task in dict.fromkeys([*(source for _, source in transfers), *alone_tasks])
        for seed in spec.seeds
    }
    after = [
        plan(RunName.single(task, seed, source), pretrained=alone[source, seed])
        for task, source in transfers
        for seed in spec.seeds
    ]
    return (*together, *alone.values(), *after)
