"""Backtests that were never run."""

from collections.abc import Mapping
from datetime import date, timedelta

from mtl.backtest.following import BASELINES, CHAMPION, NEWEST, PAIRS, TaskFollowing, of_pair
from mtl.backtest.replayed import Backtest, Replayed, summarise
from mtl.backtest.ticks import Tick
from mtl.promotion.decision import Decision
from mtl.promotion.error_budget import Granted
from tests.mtl.promotion.cases import make_difference

FIRST = date(2013, 2, 1)


def make_tick(number: int, days: int = 30) -> Tick:
    """One of a schedule that retrains every `days` days on test windows as long as that."""
    begin = FIRST + timedelta(days=number * days)
    end = begin + timedelta(days=days)
    return Tick(begin, end, end, end + timedelta(days=days))


def make_following(task: str, champion: float, newest: float, baselines: float, metric: str = "r2") -> TaskFollowing:
    """A window with these values, each difference known to about a hundredth."""
    values = {CHAMPION: champion, NEWEST: newest, BASELINES: baselines}
    differences = {
        of_pair(ours, theirs): make_difference(
            task,
            metric=metric,
            difference=values[ours] - values[theirs],
            lower=values[ours] - values[theirs] - 0.02,
            upper=values[ours] - values[theirs] + 0.02,
            standard_error=0.01,
        )
        for ours, theirs in PAIRS
    }
    return TaskFollowing(task, metric, values, differences, 400)


def make_replayed(number: int, promote: bool, *following: TaskFollowing, champion: str | None = None) -> Replayed:
    """A tick and what was seen of it."""
    sentence = "Promote: it is better." if promote else "Reject: undecided | on price."
    decision = Decision(promote, (), () if promote else ("undecided",), (), sentence, level=0.0167)
    budget = Granted(1, 0.0167, 0.0, 0.0333, 1.0)
    opponents: Mapping[str, str] = {each.task: f"linear {each.task}" for each in following}
    return Replayed(make_tick(number), "equal, seed 7", dict(opponents), decision, budget, champion, following)


def make_backtest() -> Backtest:
    """Three ticks, of which the second promoted."""
    ticks = (
        make_replayed(0, False, make_following("price", 0.50, 0.52, 0.50), make_following("age", 0.3, 0.2, 0.3)),
        make_replayed(1, True, make_following("price", 0.60, 0.60, 0.55), make_following("age", 0.4, 0.4, 0.3)),
        make_replayed(2, False, make_following("price", 0.40, 0.45, 0.50), make_following("age", 0.4, 0.5, 0.3)),
    )
    champions = (None, "2013-03-03", "2013-03-03")
    told = tuple(
        Replayed(**{**vars(tick), "champion": champion}) for tick, champion in zip(ticks, champions, strict=True)
    )
    return Backtest("homes", "Homes", 0.95, told, summarise(told, 0.95))
