"""A run that hosts with homes of their own share: one of them trains it, and its result is everyone's.

The plan says what to train, and is the same on every host but for the folders that it names. What a result is accepted
by is one object under the run's key, which is created once and never written over.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock

from mtl.baselines.study_runs import AnyPlan, fit_planned
from mtl.object_store.by_digest import fetch_file, fetch_folder, send_folder
from mtl.object_store.claims import PACE, Claim, Pace, claim
from mtl.object_store.objects import Objects
from mtl.object_store.sent_checkpoints import SentCheckpoints
from mtl.study.store import Store
from mtl.training.bar import NO_BAR, Bar
from mtl.training.plans import RunPlan


@dataclass(frozen=True)
class SharedRun:
    """A run to be done by some host.

    Attributes:
        plan: as the study has it; its folders are none of the host's.
        arrays: the digest by which the prepared arrays are fetched.
        bar: what a trial is judged by.
    """

    plan: AnyPlan
    arrays: str
    bar: Bar = NO_BAR
    pace: Pace = PACE

    @property
    def keys(self) -> tuple[str, ...]:
        """Where its result may be: under the plan's key, or of a trial that falls behind under another."""
        pruned = self.plan.pruned_by(self.bar).key if isinstance(self.plan, RunPlan) else self.plan.key
        return tuple(dict.fromkeys((self.plan.key, pruned)))

    def at(self, store: Store) -> "SharedRun":
        """The same run with the folders of another home."""
        return replace(self, plan=_placed(self.plan, store))


@dataclass(frozen=True)
class Accepted:
    """The one result of a run.

    Attributes:
        key: the name of its folder.
        digest: by which the folder is fetched.
    """

    key: str
    digest: str

    def fetch(self, objects: Objects, runs: Path) -> Path:
        """Have its folder below `runs`."""
        fetch_folder(objects, self.digest, runs / self.key)
        return runs / self.key


def accepted(objects: Objects, run: SharedRun) -> Accepted | None:
    """The result of a run, if some host has left one."""
    for key in run.keys:
        if digest := objects.read(_result(key)):
            return Accepted(key, digest.decode())
    return None


def offer(objects: Objects, folder: Path) -> bool:
    """Send what a run left and have it accepted, unless another result was; whether it was."""
    return objects.create(_result(folder.name), send_folder(objects, folder).encode())


def fit_shared(objects: Objects, store: Store, run: SharedRun) -> Accepted:
    """Have a run done, by this host in its own home or by another that has claimed it, and give its one result.

    Raises:
        PretrainingFailedError: the run that it starts from failed.
        MtlError: the store cannot be used, or what it holds is damaged.
    """
    here = run.at(store)
    while (found := accepted(objects, here)) is None:
        ours = claim(objects, here.plan.key, lambda: accepted(objects, here) is not None, here.pace)
        if ours is not None:
            _fit_claimed(objects, store, here, ours)
    return found


def _fit_claimed(objects: Objects, store: Store, run: SharedRun, ours: Claim) -> None:
    """Train it and offer the result, unless another host has taken the run over meanwhile."""
    sent = SentCheckpoints(objects, ours.number, run.plan, run.bar)
    with ours.kept(run.pace, sent.send):
        _fetch_inputs(objects, store, run)
        sent.fetch()
        folder = fit_planned(run.plan, run.bar).folder
        if ours.is_held:
            offer(objects, folder)
    if accepted(objects, run):
        ours.remove()
        sent.remove()


def _fetch_inputs(objects: Objects, store: Store, run: SharedRun) -> None:
    """Have in this home all that the run is made of; of several workers of one home, one fetches it."""
    plan = run.plan
    with FileLock(store.root / "fetching.lock"):
        fetch_folder(objects, run.arrays, plan.prepared.path)
        if not isinstance(plan, RunPlan):
            fetch_file(objects, plan.frame.digest, plan.frame.path)
    if plan.pretrained and not plan.pretrained.is_fitted:
        fit_shared(objects, store, replace(run, plan=plan.pretrained, bar=NO_BAR)).fetch(objects, store.runs)


def _placed(plan: AnyPlan, store: Store) -> AnyPlan:
    prepared = replace(plan.prepared, path=store.prepared / plan.prepared.digest)
    folder = store.runs / plan.key
    if isinstance(plan, RunPlan):
        source = plan.pretrained and _placed(plan.pretrained, store)
        assert source is None or isinstance(source, RunPlan), "a network starts from a network"
        return replace(plan, prepared=prepared, folder=folder, pretrained=source)
    frame = replace(plan.frame, path=store.frames / plan.frame.path.name)
    return replace(plan, prepared=prepared, folder=folder, frame=frame)


def _result(key: str) -> str:
    return f"runs/{key}"
