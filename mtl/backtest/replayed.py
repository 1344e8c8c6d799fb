"""What a backtest found: a row per tick, and what it comes to over time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np
from pydantic import ConfigDict
from scipy.special import ndtri

from mtl.backtest.following import POLICIES, TaskFollowing
from mtl.backtest.ticks import Tick
from mtl.evaluation.metric import metric_named
from mtl.evaluation.paired_difference import PairedDifference
from mtl.jsonable import EXACT, to_json
from mtl.promotion.decision import Decision
from mtl.promotion.error_budget import Granted, Refused
from mtl.spec import Spec


@dataclass(frozen=True)
class Replayed:
    """One tick.

    Attributes:
        tick: its windows.
        candidate: the run that was decided on; empty where there was none.
        opponents: by task the single-task run that it was compared with.
        decision: as the gate made it.
        budget: what the ledger of test rows answered; None where it was not asked.
        champion: the first day of the test window on which what serves after the tick was promoted; None before the
            first promotion.
        following: the policies on the window after the test window, task by task.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    tick: Tick
    candidate: str
    opponents: dict[str, str]
    decision: Decision
    budget: Granted | Refused | None
    champion: str | None
    following: tuple[TaskFollowing, ...]


@dataclass(frozen=True)
class MeanDifference:
    """A mean over windows, which have no rows in common, so that their variances add up; bounds are one-sided."""

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    difference: float
    lower: float
    upper: float


@dataclass(frozen=True)
class PolicySummary:
    """A task over all windows.

    Attributes:
        task: its name.
        metric: the headline metric.
        means: by policy its mean over the windows on which every policy has a value.
        regrets: by policy, mean over those windows of (the best policy of the window − it), in units of the metric: 0
            at best.
        differences: by pair of policies, as `of_pair` names them, the mean over those windows by which the first is
            better, with its bounds.
        windows: how many those are.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    task: str
    metric: str
    means: dict[str, float]
    regrets: dict[str, float]
    differences: dict[str, MeanDifference]
    windows: int


@dataclass(frozen=True)
class Backtest:
    """Scheduled retrains of a study, replayed.

    Attributes:
        study: its name.
        title: for people.
        confidence: of each bound on a following window.
        ticks: the earliest first.
        summaries: one per task.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    study: str
    title: str
    confidence: float
    ticks: tuple[Replayed, ...]
    summaries: tuple[PolicySummary, ...]

    @classmethod
    def of(cls, spec: Spec, ticks: Sequence[Replayed]) -> "Backtest":
        """With the summaries that follow from the ticks."""
        confidence = spec.gate.confidence
        return cls(spec.name, spec.title or spec.name, confidence, tuple(ticks), summarise(ticks, confidence))

    @property
    def promotions(self) -> tuple[date, ...]:
        """The first days of the test windows that ended in one."""
        return tuple(each.tick.as_of for each in self.ticks if each.decision.promote)

    def to_json(self) -> str:
        """As JSON; NaN and infinities survive as strings."""
        return to_json(self)


def summarise(ticks: Iterable[Replayed], confidence: float) -> tuple[PolicySummary, ...]:
    """Each task over all windows; `confidence`: of each bound."""
    by_task: dict[str, list[TaskFollowing]] = {}
    for tick in ticks:
        for found in tick.following:
            by_task.setdefault(found.task, []).append(found)
    return tuple(_summary(found, confidence) for found in by_task.values())


def _summary(windows: Sequence[TaskFollowing], confidence: float) -> PolicySummary:
    """Over windows on which all policies have a value: means over different windows would compare different days."""
    task, metric = windows[0].task, windows[0].metric
    known = [each for each in windows if np.isfinite([each.values.get(policy, np.nan) for policy in POLICIES]).all()]
    if not known:
        nothing = dict.fromkeys(POLICIES, np.nan)
        return PolicySummary(task, metric, nothing, nothing, {}, 0)
    table = np.array([[each.values[policy] for policy in POLICIES] for each in known])
    gains = metric_named(metric).direction * table
    regrets = (gains.max(axis=1, keepdims=True) - gains).mean(axis=0)
    means, lost = (dict(zip(POLICIES, found.tolist(), strict=True)) for found in (table.mean(axis=0), regrets))
    pairs = {pair: _mean([each.differences[pair] for each in known], confidence) for pair in known[0].differences}
    return PolicySummary(task, metric, means, lost, pairs, len(known))


def _mean(differences: Sequence[PairedDifference], confidence: float) -> MeanDifference:
    mean = float(np.mean([each.difference for each in differences]))
    error = float(np.sqrt(np.sum([each.standard_error**2 for each in differences]))) / len(differences)
    reach = float(ndtri(confidence)) * error
    return MeanDifference(mean, mean - reach, mean + reach)
