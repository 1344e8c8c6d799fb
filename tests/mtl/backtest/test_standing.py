"""What a tick leaves to the next: champion, anchor and looks, by the rules of the registry."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mtl.backtest.standing import Standing, Version, ask_for_look, past_look, score, score_former
from mtl.errors import MtlError
from mtl.evaluation.comparison import ChampionAbsent, ChampionCompared, ChampionUnknown, Comparison
from mtl.promotion.decision import Decision
from mtl.promotion.error_budget import Granted, Refused
from mtl.study.deciding import Decided
from mtl.study.decision_basis import DecisionBasis
from mtl.study.locked_test import ChampionOnTest
from mtl.study.look import Look
from mtl.study.measured import Measured, measure
from tests.mtl.backtest.conftest import Tried
from tests.mtl.promotion.cases import make_comparison, make_difference

FIRST, SECOND, THIRD = (Version(f"2013-0{month}-01", Path(f"bundle-{month}")) for month in (2, 3, 4))


def decided(promote: bool, comparison: Comparison | None) -> Decided:
    basis: DecisionBasis = None  # type: ignore[assignment]  # of no matter for what a decision leaves
    return Decided(basis, comparison, Decision(promote, (), (), (), ""))


def compared_with(version: Version, lower: float) -> Comparison:
    return make_comparison(make_difference(), champion=ChampionCompared(version.name, (make_difference(lower=lower),)))


def measured(tried: Tried) -> Measured:
    found = measure(tried.opened, tried.chosen, ChampionAbsent())
    assert found is not None
    return found


def test_the_first_promotion_makes_champion_and_anchor() -> None:
    left = Standing().after(decided(True, make_comparison(make_difference())), None, FIRST)
    assert (left.champion, left.anchor) == (FIRST, FIRST)


def test_a_rejection_leaves_everything_but_the_look(tried: Tried) -> None:
    before = Standing(FIRST, FIRST)
    look = Look(measured(tried), Granted(1, 0.01, 0.0, 0.02, 1.0))
    past = past_look(tried.study.spec, tried.opened, look, promoted=False)
    left = before.after(decided(False, compared_with(FIRST, 0.02)), past, SECOND)
    assert (left.champion, left.anchor) == (FIRST, FIRST)
    assert left.looks == (past,)


@pytest.mark.parametrize(("lower", "anchor"), [(0.01, SECOND), (-0.01, FIRST)])
def test_the_anchor_follows_to_what_is_surely_better_than_it(lower: float, anchor: Version) -> None:
    left = Standing(FIRST, FIRST).after(decided(True, compared_with(FIRST, lower)), None, SECOND)
    assert (left.champion, left.anchor) == (SECOND, anchor)


def test_an_anchor_that_is_not_the_champion_is_compared_by_itself() -> None:
    against = ChampionCompared(FIRST.name, (make_difference(lower=0.01),))
    comparison = replace(compared_with(SECOND, -0.01), anchor=against)
    left = Standing(SECOND, FIRST).after(decided(True, comparison), None, THIRD)
    assert (left.champion, left.anchor) == (THIRD, THIRD)


def test_nothing_is_promoted_that_is_no_version() -> None:
    assert Standing(FIRST).after(decided(True, None), None, None) == Standing(FIRST)


def test_a_version_predicts_what_its_run_did(tried: Tried) -> None:
    assert tried.opened.candidate is not None
    found = score(tried.version, tried.opened)
    assert isinstance(found, ChampionOnTest)
    for task, predictions in found.predictions.items():
        np.testing.assert_allclose(predictions, tried.opened.predictions[tried.opened.candidate][task], atol=1e-5)


def test_champion_and_anchor_are_scored_once_where_they_are_one(tried: Tried) -> None:
    former = score_former(Standing(tried.version, tried.version), tried.opened)
    assert isinstance(former.champion, ChampionOnTest)
    assert former.anchor == ChampionAbsent()
    apart = score_former(Standing(tried.version, replace(tried.version, name="2013-02-01")), tried.opened)
    assert isinstance(apart.anchor, ChampionOnTest)
    assert apart.anchor.version == "2013-02-01"


def test_nobody_stands_before_the_first_tick(tried: Tried) -> None:
    former = score_former(Standing(), tried.opened)
    assert (former.champion, former.anchor) == (ChampionAbsent(), ChampionAbsent())


def test_a_bundle_that_is_gone_cannot_be_told(tried: Tried, tmp_path: Path) -> None:
    found = score(Version("2013-02-01", tmp_path / "nothing"), tried.opened)
    assert isinstance(found, ChampionUnknown)
    assert "the champion of 2013-02-01 cannot be loaded" in found.reason


def test_looks_at_the_same_rows_are_granted_less_each_time_and_then_refused(tried: Tried) -> None:
    standing, spec, levels = Standing(), tried.study.spec, []
    for _ in range(20):
        looked = ask_for_look(spec, standing, tried.opened, measured(tried))
        if isinstance(looked.budget, Refused):
            break
        assert isinstance(looked.budget, Granted)
        levels.append(looked.budget.level)
        past = past_look(spec, tried.opened, looked, promoted=False)
        standing = standing.after(decided(False, None), past, None)
    assert levels == sorted(levels, reverse=True)
    assert len(levels) == 7
    assert looked.found is None, "what was refused is not handed on"
    assert past_look(spec, tried.opened, looked, promoted=False) is None


def test_point_estimates_ask_for_no_look(tried: Tried) -> None:
    spec = tried.study.spec
    plain = spec.model_copy(update={"gate": spec.gate.model_copy(update={"confidence": 0.5})})
    looked = ask_for_look(plain, Standing(), tried.opened, measured(tried))
    assert (looked.budget, looked.found is not None) == (None, True)


def test_where_there_is_no_candidate_nothing_is_looked_at(tried: Tried) -> None:
    looked = ask_for_look(tried.study.spec, Standing(), tried.opened, None)
    assert (looked.budget, looked.found) == (None, None)


def test_an_error_that_is_not_the_bundles_is_raised(tried: Tried, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("out of memory")

    monkeypatch.setattr("mtl.backtest.standing.champion_on_test", broken)
    with pytest.raises(RuntimeError, match="out of memory"):
        score(tried.version, tried.opened)
    assert not issubclass(RuntimeError, MtlError)
