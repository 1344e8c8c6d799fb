"""Hosts with homes of their own come to one result of a run, of the bytes that one host alone would leave."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mtl.baselines.method_plan import plan_methods
from mtl.baselines.study_runs import AnyPlan, fit_planned
from mtl.manifest import is_intact
from mtl.object_store.by_digest import send_file, send_folder
from mtl.object_store.claims import Pace, claim
from mtl.object_store.objects import Objects
from mtl.object_store.sent_checkpoints import SentCheckpoints
from mtl.object_store.shared_run import SharedRun, accepted, fit_shared, offer
from mtl.run_names import RunName
from mtl.study.store import Store
from mtl.training import fit_run
from mtl.training.approaches import approaches_of
from mtl.training.bar import NO_BAR
from mtl.training.plans import RunPlan, plan_runs
from mtl.training.results import RunResult
from tests.mtl.studies import SmallStudy, small_study, tasks_with

TIMES = {"seconds", "started", "milliseconds_per_1000_rows"}
"""What a result tells of the clock: of two fits of one plan these alone may differ."""

QUICK = Pace(beat=0.02, lost=0.2, look=0.02)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> SmallStudy:
    return small_study(tmp_path_factory.mktemp("study"), baselines=["network", "linear"])


def networks(study: SmallStudy, folder: Path) -> tuple[RunPlan, ...]:
    return plan_runs(study.spec, approaches_of(study.spec), study.prepared, folder)


def home(tmp_path: Path, name: str) -> Store:
    (tmp_path / name).mkdir()
    return Store(tmp_path / name)


def shared(objects: Objects, plan: AnyPlan) -> SharedRun:
    """As a study sends it."""
    if not isinstance(plan, RunPlan):
        send_file(objects, plan.frame.path, plan.frame.digest)
    return SharedRun(plan, send_folder(objects, plan.prepared.path), pace=QUICK)


def left(folder: Path) -> dict[str, Any]:
    """Every file of a run, but for the times."""
    told = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    others = {
        file.name: file.read_bytes() for file in folder.iterdir() if file.name not in {"result.json", "SHA256SUMS"}
    }
    return {**others, "result": {name: value for name, value in told.items() if name not in TIMES}}


def test_a_host_at_another_path_leaves_the_same_bytes(objects: Objects, study: SmallStudy, tmp_path: Path) -> None:
    methods = plan_methods(study.spec, study.prepared, study.frame, tmp_path / "alone")
    plans: list[AnyPlan] = [networks(study, tmp_path / "alone")[0], methods[0]]
    for number, plan in enumerate(plans):
        found = fit_shared(objects, home(tmp_path, f"worker-{number}"), shared(objects, plan))
        folder = found.fetch(objects, tmp_path / "study")
        assert is_intact(folder)
        assert left(folder) == left(fit_planned(plan).folder)
        assert found == accepted(objects, shared(objects, plan))


def test_two_hosts_at_once_train_it_once(objects: Objects, study: SmallStudy, tmp_path: Path) -> None:
    run = shared(objects, networks(study, tmp_path / "alone")[0])
    stores = [home(tmp_path, "one"), home(tmp_path, "other")]
    with ThreadPoolExecutor(2) as hosts:
        one, other = hosts.map(lambda store: fit_shared(objects, store, run), stores)
    assert one == other
    assert sum((store.runs / one.key).exists() for store in stores) == 1
    assert not objects.has(f"claims/{one.key}/0")


def test_a_host_that_lost_its_claim_changes_nothing(objects: Objects, study: SmallStudy, tmp_path: Path) -> None:
    run = shared(objects, networks(study, tmp_path / "alone")[0])
    # The first host claims the run and is stopped; the second finds it silent, and is done before the first wakes.
    silent = claim(objects, run.plan.key, lambda: False, QUICK)
    assert silent is not None
    found = fit_shared(objects, home(tmp_path, "second"), run)
    late = run.at(home(tmp_path, "first"))
    late_folder = fit_planned(replace(late.plan, prepared=run.plan.prepared)).folder
    assert not offer(objects, late_folder)
    assert accepted(objects, run) == found
    there = RunResult.read(found.fetch(objects, tmp_path / "study"))
    assert there.started != RunResult.read(late_folder).started


@pytest.mark.parametrize("seed", [0, 1])
def test_a_run_goes_on_from_the_checkpoint_of_the_host_before(
    seed: int, objects: Objects, study: SmallStudy, tmp_path: Path
) -> None:
    """Another seed's checkpoint, which no host would leave, shows that it is the checkpoint that is gone on from."""
    whole = networks(study, tmp_path / "alone")[0]
    # What a host leaves that is killed after its second epoch: another plan of fewer epochs stops there.
    short = replace(whole, training=whole.training.model_copy(update={"epochs": 2})).with_seed(seed)
    short = short.placed(tmp_path / "short")
    kept = tmp_path / "kept.checkpoint"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fit_run, "kept_folder", _interrupted)
        with pytest.raises(InterruptedError):
            fit_planned(short)
    short.checkpoint.rename(kept)

    first = home(tmp_path, "first")
    run = shared(objects, whole)
    placed = run.at(first).plan
    assert claim(objects, whole.key, lambda: False, QUICK) is not None
    placed.checkpoint.parent.mkdir(parents=True)
    kept.rename(placed.checkpoint)
    SentCheckpoints(objects, 0, placed, NO_BAR).send()

    found = fit_shared(objects, home(tmp_path, "second"), run)
    result = RunResult.read(found.fetch(objects, tmp_path / "study"))
    assert (left(result.folder) == left(fit_planned(whole).folder)) == (seed == whole.name.seed)
    assert not objects.has(f"checkpoints/{whole.key}/0")


def _interrupted(_: Path) -> None:
    raise InterruptedError


def test_checkpoints_are_those_of_the_last_claim_before(folder: Objects, study: SmallStudy, tmp_path: Path) -> None:
    plan = networks(study, tmp_path / "runs")[0]
    plan.folder.parent.mkdir()
    for number in (0, 1):
        plan.checkpoint.write_text(f"of {number}", encoding="utf-8")
        SentCheckpoints(folder, number, plan, NO_BAR).send()
    plan.checkpoint.unlink()
    SentCheckpoints(folder, 0, plan, NO_BAR).fetch()
    assert not plan.checkpoint.exists()
    SentCheckpoints(folder, 3, plan, NO_BAR).fetch()
    assert plan.checkpoint.read_text(encoding="utf-8") == "of 1"


def test_what_a_run_starts_from_is_fetched_or_trained_first(objects: Objects, tmp_path: Path) -> None:
    study = small_study(tmp_path / "data", tasks=tasks_with(hba1c={"pretrained_on": ["hdl"]}), seeds=[0])
    name = RunName.single("hba1c", 0, "hdl")
    (plan,) = (plan for plan in networks(study, tmp_path / "alone") if plan.name == name)
    assert plan.pretrained is not None
    found = fit_shared(objects, home(tmp_path, "one"), shared(objects, plan))
    source = accepted(objects, shared(objects, plan.pretrained))
    assert source is not None
    assert left(found.fetch(objects, tmp_path / "study")) == left(fit_planned(plan).folder)
    objects.remove(f"runs/{found.key}")
    other = home(tmp_path, "other")
    fit_shared(objects, other, shared(objects, plan))
    fetched = RunResult.read(other.runs / source.key)
    assert fetched.started == RunResult.read(source.fetch(objects, tmp_path / "study")).started


def test_a_trial_that_falls_behind_is_shared_under_its_own_key(
    folder: Objects, study: SmallStudy, tmp_path: Path
) -> None:
    plan = networks(study, tmp_path / "alone")[0]
    run = replace(shared(folder, plan), bar=(-1e9, -1e9))
    found = fit_shared(folder, home(tmp_path, "one"), run)
    assert found.key != plan.key
    assert RunResult.read(found.fetch(folder, tmp_path / "study")).status == "pruned"
    assert accepted(folder, run) == found
    assert accepted(folder, replace(run, bar=NO_BAR)) is None
