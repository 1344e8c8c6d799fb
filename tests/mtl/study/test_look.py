"""What the ledger of test rows is told of a look, and what is seen of it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mtl import registry
from mtl.evaluation.comparison import ChampionAbsent, ChampionUnknown
from mtl.promotion.decision import Decision
from mtl.promotion.error_budget import Granted, Refused
from mtl.registry import Registry
from mtl.run_names import RunName
from mtl.spec import GateSpec
from mtl.study.look import Look, budget_ahead, close_look, look_digest, open_look, rows_looked_at
from mtl.study.measured import Measured
from tests.mtl.study.fitted import FittedStudy

pytestmark = pytest.mark.slow  # MLflow opens a store for each.

RUN = "ab" * 16
REJECTED, PROMOTED = (Decision(promote, (), (), (), "…") for promote in (False, True))


@pytest.fixture
def store(tmp_path: Path) -> Registry:
    return Registry.in_folder(tmp_path)


def shifted(measured: Measured, by: float) -> Measured:
    """The same look but for one prediction of the candidate."""
    ours = {task: array.copy() for task, array in measured.predictions[measured.candidate].items()}
    ours["hba1c"][0] += by
    return replace(measured, predictions={**measured.predictions, measured.candidate: ours})


def opened(fitted: FittedStudy, store: Registry, measured: Measured) -> Look:
    return open_look(fitted.study.spec, store, fitted.opened, measured, RUN)


def test_the_same_predictions_are_the_same_look_whatever_the_champion(fitted: FittedStudy) -> None:
    measured = fitted.measured(ChampionAbsent())
    assert look_digest(measured) == look_digest(fitted.measured(ChampionUnknown("timeout")))
    assert look_digest(measured) != look_digest(shifted(measured, 1e-9))


def test_of_fresh_seeds_alone_the_look_is_made(fitted: FittedStudy) -> None:
    """A run of the search that is predicted for the leaderboard makes no other look of it."""
    measured = replace(fitted.measured(ChampionAbsent()), confirming=(77,))
    assert look_digest(measured) == look_digest(shifted(measured, 1.0))


def test_rows_without_any_label_are_not_looked_at(fitted: FittedStudy) -> None:
    side = fitted.opened.side
    gated = [not task.auxiliary for task in fitted.opened.prepared.tasks]
    labelled = (~np.isnan(side.labels[:, gated])).any(axis=1)
    assert 0 < labelled.sum() < len(side)
    assert rows_looked_at(fitted.study.spec, fitted.opened).units == labelled.sum()


def test_rows_without_a_key_are_known_by_what_they_hold(fitted: FittedStudy) -> None:
    spec, opened = fitted.study.spec, fitted.opened
    unnamed = spec.model_copy(update={"data": spec.data.model_copy(update={"key": ()})})
    known = rows_looked_at(unnamed, opened)
    assert known.units == rows_looked_at(spec, opened).units
    assert known.share_in(rows_looked_at(unnamed, replace(opened, rows=opened.rows.assign(unread=1)))) == 1.0
    other = opened.rows.assign(**{spec.features.columns[0]: -1.0})
    assert known.share_in(rows_looked_at(unnamed, replace(opened, rows=other))) == 0.0


def test_a_look_that_is_repeated_is_free_and_another_is_not(fitted: FittedStudy, store: Registry) -> None:
    measured = fitted.measured(ChampionAbsent())
    first, again, other = (opened(fitted, store, each) for each in (measured, measured, shifted(measured, 1.0)))
    assert isinstance(first.budget, Granted)
    assert first.found is measured
    assert again.budget == first.budget
    assert isinstance(other.budget, Granted)
    assert (other.budget.number, other.budget.level < first.budget.level) == (2, True)


def test_a_promotion_gives_its_level_back(fitted: FittedStudy, store: Registry) -> None:
    measured = fitted.measured(ChampionAbsent())
    first = opened(fitted, store, measured)
    close_look(store, first, PROMOTED)
    second = opened(fitted, store, shifted(measured, 1.0))
    assert isinstance(first.budget, Granted)
    assert isinstance(second.budget, Granted)
    assert second.budget.level == pytest.approx(first.budget.level)
    close_look(store, second, REJECTED)
    assert [entry.outcome for entry in registry.read_ledger(store)] == ["promoted", "rejected"]


@pytest.mark.parametrize(("decision", "outcome"), [(PROMOTED, "judged better"), (REJECTED, "judged not better")])
def test_a_registered_model_that_is_judged_gives_nothing_back(
    fitted: FittedStudy, store: Registry, decision: Decision, outcome: str
) -> None:
    measured = fitted.measured(ChampionAbsent())
    judged = RunName.judged("models:/ours/3")
    predictions = {**measured.predictions, judged: measured.predictions[measured.candidate]}
    first = opened(fitted, store, replace(measured, predictions=predictions, candidate=judged))
    close_look(store, first, decision)
    assert [entry.outcome for entry in registry.read_ledger(store)] == [outcome]
    second = opened(fitted, store, measured)
    assert isinstance(first.budget, Granted)
    assert isinstance(second.budget, Granted)
    assert second.budget.level < first.budget.level


def test_what_is_left_is_known_before_anything_is_trained(fitted: FittedStudy, store: Registry) -> None:
    study = fitted.study
    about = (study.spec, store, study.prepared, study.frame)
    ahead, first = budget_ahead(*about), opened(fitted, store, fitted.measured(ChampionAbsent()))
    assert ahead == first.budget
    for number in range(1, 7):
        opened(fitted, store, shifted(fitted.measured(ChampionAbsent()), float(number)))
    assert isinstance(budget_ahead(*about), Refused)
    points = study.spec.model_copy(update={"gate": GateSpec(confidence=0.5)})
    assert budget_ahead(points, *about[1:]) is None
    assert len(registry.read_ledger(store)) == 7, "asking what is left is no look"


def test_what_is_not_granted_is_not_seen(fitted: FittedStudy, store: Registry) -> None:
    measured = fitted.measured(ChampionAbsent())
    looks = [opened(fitted, store, shifted(measured, float(number))) for number in range(8)]
    assert isinstance(looks[-1].budget, Refused)
    assert looks[-1].found is None
    close_look(store, looks[-1], REJECTED)
    assert len(registry.read_ledger(store)) == 7


def test_without_a_claim_or_a_candidate_the_ledger_is_not_asked(fitted: FittedStudy, store: Registry) -> None:
    measured = fitted.measured(ChampionAbsent())
    points = fitted.study.spec.model_copy(update={"gate": GateSpec(confidence=0.5)})
    assert open_look(points, store, fitted.opened, measured, RUN).budget is None
    assert open_look(fitted.study.spec, store, fitted.opened, None, RUN).found is None
    assert registry.read_ledger(store) == ()
