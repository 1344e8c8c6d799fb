"""Which baselines a study fits, and the runs of those that are no networks."""

from dataclasses import dataclass
from pathlib import Path

from mtl.baselines.baseline import Baseline, Method
from mtl.data.frame import Frame
from mtl.data.prepared import Prepared
from mtl.errors import SpecError
from mtl.extensions import BASELINES
from mtl.options import make
from mtl.provenance import digest_of, source_digest
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
        rows: the parquet file of the frame.
        columns: those of it that features read.
    """

    name: RunName
    task: str
    method: Method
    prepared: Prepared
    rows: Path
    columns: tuple[str, ...]
    folder: Path
    pretrained: None = None

    @property
    def tasks(self) -> tuple[str, ...]:
        """The one task."""
        return (self.task,)


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
            plans += [_plan(spec, name, baseline, prepared, frame, folder) for name in names]
    return tuple(plans)


def _plan(spec: Spec, name: RunName, method: Method, prepared: Prepared, frame: Frame, folder: Path) -> MethodPlan:
    key = digest_of(prepared.digest, frame.digest, str(name), repr(method), source_digest(*CODE))[:32]
    columns = spec.features.columns
    return MethodPlan(name, str(name.task), method, prepared, frame.path, columns, folder / key)
