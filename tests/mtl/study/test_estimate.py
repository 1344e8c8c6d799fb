"""What a study has to train, and what each guess at its time rests on."""

from dataclasses import replace
from pathlib import Path

import pytest

from mtl.baselines.study_runs import AnyPlan, fit_planned, plan_study
from mtl.spec import Spec
from mtl.study.choices import FittedRun
from mtl.study.estimate import Estimate, Pending, epochs_ahead, estimate_of, kind_of, pending_of, probes_for
from mtl.study.paces import NO_PACES, Paces, keep_paces, paces_of, read_paces
from mtl.training.approaches import approaches_of
from mtl.training.plans import RunPlan
from tests.mtl.studies import SmallStudy, small_study

TREES = {"name": "boosted_trees", "iterations": 5}


class Planned:
    """A small study, one run of which is fitted: the first seed of equal weights."""

    def __init__(self, folder: Path) -> None:
        self.study: SmallStudy = small_study(folder, baselines=["network", TREES])
        self.spec = self.study.spec
        self.plans = self._plans(folder)
        self.done = FittedRun(self.plans[0], fit_planned(self.plans[0]))

    def _plans(self, folder: Path) -> tuple[AnyPlan, ...]:
        return plan_study(self.spec, approaches_of(self.spec), self.study.prepared, self.study.frame, folder / "runs")

    def estimate(self, spec: Spec | None = None, paces: Paces = NO_PACES, seconds: float | None = 2.0) -> Estimate:
        told = spec or self.spec
        pending = pending_of(told, self.plans, paces)
        per_epoch = dict.fromkeys(probes_for(pending), seconds)
        return estimate_of(told, self.plans, pending, per_epoch, workers=2)


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Planned:
    return Planned(tmp_path_factory.mktemp("planned"))


def test_what_is_done_counts_as_nothing_and_tells_of_its_other_seeds(planned: Planned) -> None:
    pending = pending_of(planned.spec, planned.plans, NO_PACES)
    assert planned.done.name not in {each.plan.name for each in pending}
    other = next(each for each in pending if each.plan.name.subject == "equal")
    assert (other.seconds, other.basis) == (planned.done.result.seconds, "runs")
    found = planned.estimate()
    assert (found.known, found.runs) == (1, len(planned.plans) - 1)
    assert found.by_runs == 1


def test_what_is_known_of_no_network_is_probed_once_for_each_kind(planned: Planned) -> None:
    probes = probes_for(pending_of(planned.spec, planned.plans, NO_PACES))
    assert [str(plan.name) for plan in probes.values()] == ["pcgrad, seed 0", "single-task diabetes, seed 0"]
    found = planned.estimate()
    assert found.by_probe == 2 + 2 * 3
    assert found.unknown == 3, "of trees there is no probe"
    assert found.epochs == epochs_ahead(planned.spec) == 4


def test_the_seconds_add_up_and_workers_share_them(planned: Planned) -> None:
    own = planned.done.result.seconds
    found = planned.estimate()
    of_runs = own + (2 + 6) * 2.0 * found.epochs
    mean_together = (own + 2 * 2.0 * found.epochs) / 3
    confirming = 3 * (mean_together + 3 * 2.0 * found.epochs)
    assert found.confirming == 3 * 4
    assert found.cpu_seconds == pytest.approx(of_runs + confirming)
    assert found.wall_seconds == pytest.approx(found.cpu_seconds / 2)


def test_a_gate_of_point_estimates_confirms_nothing(planned: Planned) -> None:
    plain = planned.spec.model_copy(update={"gate": planned.spec.gate.model_copy(update={"confidence": 0.5})})
    assert planned.estimate(plain).confirming == 0


def test_trials_count_as_often_as_they_are_made(planned: Planned) -> None:
    tuned = planned.spec.model_copy(update={"tuning": planned.spec.tuning.model_copy(update={"trials": 5})})
    pending = {str(each.plan.name): each.runs for each in pending_of(tuned, planned.plans, NO_PACES)}
    assert pending["pcgrad, seed 0"] == 5
    assert pending["pcgrad, seed 1"] == 1, "further seeds have the settings that were chosen"
    assert next(runs for name, runs in pending.items() if name.startswith("boosted")) == 5


def test_the_last_study_tells_in_proportion_to_its_rows(planned: Planned, tmp_path: Path) -> None:
    kept = paces_of(planned.spec, planned.study.prepared, [planned.done])
    keep_paces(tmp_path / "small.json", kept)
    last = read_paces(tmp_path / "small.json")
    assert last == kept
    assert last.of("equal", planned.spec, 2 * last.rows) == pytest.approx(2 * planned.done.result.seconds)
    trees = next(plan.name.subject for plan in planned.plans if plan.name.subject.startswith("boosted"))
    found = planned.estimate(paces=replace(last, seconds={"pcgrad": 7.0, trees: 1.0}))
    assert (found.by_last, found.unknown) == (3, 2)


def test_a_last_study_with_other_settings_tells_nothing(planned: Planned) -> None:
    last = paces_of(planned.spec, planned.study.prepared, [planned.done])
    wider = planned.spec.model_copy(update={"model": planned.spec.model.model_copy(update={"trunk": (512,)})})
    assert last.of("equal", wider, last.rows) is None
    assert last.of("nash", planned.spec, last.rows) is None


@pytest.mark.parametrize("content", [None, "", "{}", '{"rows": "many"}', "[1, 2"])
def test_a_file_that_tells_no_paces_is_none(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "paces.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    assert read_paces(file) == NO_PACES


def test_a_probe_that_found_nothing_leaves_its_runs_unknown(planned: Planned) -> None:
    found = planned.estimate(seconds=None)
    assert (found.by_probe, found.epochs) == (0, 0)
    assert found.unknown == found.runs - 1


def test_nothing_left_takes_nothing(planned: Planned) -> None:
    found = estimate_of(planned.spec, planned.plans, (), {}, workers=2)
    assert (found.runs, found.confirming, found.cpu_seconds, found.wall_seconds) == (0, 0, 0.0, 0.0)
    assert found.known == len(planned.plans)


def test_the_longest_run_bounds_the_wall_time(planned: Planned) -> None:
    alone = Pending(planned.plans[0], 1, 100.0, "runs")
    plain = planned.spec.model_copy(update={"gate": planned.spec.gate.model_copy(update={"confidence": 0.5})})
    found = estimate_of(plain, planned.plans, [alone], {}, workers=8)
    assert (found.cpu_seconds, found.wall_seconds) == (100.0, 100.0)


def test_kinds_tell_apart_what_takes_longer(planned: Planned) -> None:
    networks = [plan for plan in planned.plans if isinstance(plan, RunPlan)]
    kinds = {str(plan.name): kind_of(plan) for plan in networks}
    assert kinds["equal, seed 0"] == kinds["equal, seed 1"] != kinds["pcgrad, seed 0"]
    assert kinds["single-task hba1c, seed 0"] == kinds["single-task diabetes, seed 1"] != kinds["equal, seed 0"]
