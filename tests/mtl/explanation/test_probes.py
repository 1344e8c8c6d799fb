"""Probes change one thing each, and thinned labels are a part of the labels."""

import numpy as np
import pytest

from mtl.explanation.curve_runs import curve_of, curve_plans
from mtl.explanation.explained import shown_of
from mtl.explanation.learning_curve import SHARES
from mtl.explanation.named_cause import named_cause
from mtl.explanation.probes import (
    ALONE,
    AS_IT_IS,
    FEWER,
    REGULARISED,
    TIMES_WIDER,
    WIDER,
    alone_like,
    probes_of,
)
from mtl.explanation.thinned import thinned
from mtl.manifest import is_intact
from mtl.run_names import RunName
from mtl.training.fit_run import fit_run
from mtl.training.plans import RunPlan
from tests.mtl.study.fitted import FittedStudy

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> FittedStudy:
    return FittedStudy(tmp_path_factory.mktemp("explained"))


@pytest.fixture(scope="module")
def like(fitted: FittedStudy) -> RunPlan:
    return next(run.network for run in fitted.runs if run.name == RunName.multi("equal", 0))


def test_each_probe_changes_one_thing_and_its_seeds(like: RunPlan) -> None:
    probes = {probe.what: probe for probe in probes_of(like, {"hba1c": alone_like(like, "hba1c")}, (7, 8))}
    assert set(probes) == {AS_IT_IS, WIDER, REGULARISED, FEWER, ALONE}
    assert all([plan.name.seed for plan in probe.plans] == [7, 8] for probe in probes.values())
    as_it_is, wider = probes[AS_IT_IS].plans[0], probes[WIDER].plans[0]
    assert (as_it_is.model, as_it_is.training, as_it_is.prepared) == (like.model, like.training, like.prepared)
    assert wider.model.trunk == tuple(TIMES_WIDER * width for width in like.model.trunk)
    assert wider.training == like.training
    firmer = probes[REGULARISED].plans[0]
    assert firmer.model.dropout > like.model.dropout
    assert firmer.training.l2 > like.training.l2
    assert firmer.model.trunk == like.model.trunk
    assert probes[FEWER].plans[0].prepared.digest != like.prepared.digest
    assert probes[ALONE].plans[0].tasks == ("hba1c",)
    assert probes[ALONE].key == (ALONE, "hba1c")
    keys = {plan.key for probe in probes.values() for plan in probe.plans}
    assert len(keys) == 10, "no two trainings take each other's place"


def test_thinned_labels_are_those_of_whole_units_and_nested(fitted: FittedStudy) -> None:
    prepared = fitted.study.prepared
    half, quarter = (thinned(prepared, share, 3) for share in (0.5, 0.25))
    kept = [~np.isnan(each.side("train").labels) for each in (prepared, half, quarter)]
    assert kept[1].sum() == pytest.approx(0.5 * kept[0].sum(), rel=0.1)
    assert (kept[2] <= kept[1]).all()
    assert (kept[1] <= kept[0]).all()
    units = prepared.side("train").units
    for unit in np.unique(units)[:50]:
        rows = units == unit
        assert (kept[1][rows] == kept[0][rows]).all() or not kept[1][rows].any()
    for side in ("validation", "test"):
        np.testing.assert_array_equal(half.side(side).labels, prepared.side(side).labels)
    assert is_intact(half.path)
    assert thinned(prepared, 0.5, 3) == half
    assert thinned(prepared, 1.0, 3) is prepared


def test_probes_that_were_trained_show_something_of_each_task(fitted: FittedStudy, like: RunPlan) -> None:
    probes = probes_of(like, {"hba1c": alone_like(like, "hba1c")}, (7, 8))
    results = {probe.key: [fit_run(plan) for plan in probe.plans] for probe in probes}
    shown = shown_of(fitted.study.prepared, "hba1c", probes, results, fit_run(like))
    assert set(shown.gains) == {WIDER, REGULARISED, FEWER, ALONE}
    assert all(np.isfinite([gain.share, gain.error]).all() for gain in shown.gains.values())
    assert shown.chosen is not None
    assert np.isfinite(shown.unseen)
    assert shown.unseen < 1
    assert named_cause(shown).task == "hba1c"


def test_a_curve_has_a_point_for_each_share_of_the_labels(fitted: FittedStudy, like: RunPlan) -> None:
    plans = curve_plans(like, (7, 8))
    assert list(plans) == list(SHARES)
    results = {share: [fit_run(plan) for plan in each] for share, each in plans.items()}
    task = next(task for task in fitted.study.prepared.tasks if task.name == "hba1c")
    curve = curve_of(task, plans, results)
    assert list(curve.labels) == sorted(curve.labels)
    position = [each.name for each in fitted.study.prepared.tasks].index("hba1c")
    assert curve.labels[-1] == int((~np.isnan(fitted.study.prepared.side("train").labels[:, position])).sum())
    assert np.isfinite(curve.values).all()
    assert len(curve.beyond) == 2
