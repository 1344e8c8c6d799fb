"""Which baselines a study fits, and the runs of those that are no networks."""

from dataclasses import dataclass, replace
from pathlib import Path

from mtl.baselines.baseline import Baseline, Method
from mtl.data.frame import Frame
from mtl.data.prepared import Prepared
from mtl.errors import SpecError
from mtl.extensions import BASELINES
from mtl.options import make, plain_options
from mtl.provenance import digest_of, source_digest
from mtl.ranges import Settings
from mtl.run_names import RunName
from mtl.spec import Spec
from mtl.training.results import StoredRun

CODE = (
    "mtl.spec",
    "mtl.names",
    "mtl.options",
    "mtl.features",
    "mtl.data",
    "mtl.tasks",
    "mtl.evaluation",
    "mtl.training.results",
    "mtl.baselines",
)
"""What a fit follows from, module by module."""


@dataclass(frozen=True)
class MethodPlan(StoredRun):
    """One fit to be done: everything that its result follows from, and where the result goes.

    Attributes:
        task: the one that it is fitted for.
        frame: the rows, of which features read `columns`.
    """

    name: RunName
    task: str
    method: Method
    prepared: Prepared
    frame: Frame
    columns: tuple[str, ...]
    folder: Path
    pretrained: None = None

    @property
    def tasks(self) -> tuple[str, ...]:
        """The one task."""
        return (self.task,)

    def with_settings(self, settings: Settings) -> "MethodPlan":
        """The same fit with other options."""
        method = make(type(self.method), {**plain_options(self.method), **settings})
        return replace(self, method=method).placed(self.folder.parent)

    def with_seed(self, seed: int) -> "MethodPlan":
        """The same fit from another seed; of a method that draws nothing, the same plan."""
        if self.name.seed is None:
            return self
        return replace(self, name=replace(self.name, seed=seed)).placed(self.folder.parent)

    def placed(self, folder: Path) -> "MethodPlan":
        """The plan with its place below `folder`, named by the digest of all that its result follows from."""
        parts = (self.prepared.digest, self.frame.digest, str(self.name), repr(self.method), source_digest(*CODE))
        return replace(self, folder=folder / digest_of(*parts)[:32])


def baselines_of(spec: Spec) -> dict[str, Baseline]:
    """The baselines of a spec by label, in its order.

    Raises:
        SpecError: with its line in the spec, for one whose package is not installed.
    """
    made: dict[str, Baseline] = {}
    for position, entry in enumerate(spec.baselines):
        kind = BASELINES.get(entry.name)
        if not kind.is_installed():
            raise SpecError(
                f"{spec.place('baselines', str(position))}: baselines.{position}: {entry.name} needs the package"
                f" {kind.needs}, which is not installed; pip install 'mtl-pipeline[{kind.needs}]', or leave it out"
            )
        made[entry.label] = make(kind, entry.options)
    return made


def plan_methods(spec: Spec, prepared: Prepared, frame: Frame, folder: Path) -> tuple[MethodPlan, ...]:
    """Each baseline that is no network, on each gated task; once, or with every seed if it draws random numbers."""
    plans = []
    for label, baseline in baselines_of(spec).items():
        if isinstance(baseline, Method):
            seeds = spec.seeds if baseline.draws else (None,)
            names = [RunName.single(task, seed, baseline=label) for task in spec.gated_tasks for seed in seeds]
            columns = spec.features.columns
            plans += [
                MethodPlan(name, str(name.task), baseline, prepared, frame, columns, folder).placed(folder)
                for name in names
            ]
    return tuple(plans)
