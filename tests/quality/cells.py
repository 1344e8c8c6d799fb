"""One cell of the benchmark: a table, a split of its rows, a contender; and what it found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mtl.baselines.fit_method import predict_method
from mtl.baselines.method_plan import MethodPlan
from mtl.baselines.study_runs import AnyPlan, fit_planned
from mtl.data.prepared import Prepared, Side
from mtl.evaluation.metric import metric_named
from mtl.models.network import MultiTaskNetwork
from mtl.models.predictions import predictions_of
from mtl.models.shape import NetworkShape
from mtl.provenance import digest_of, source_digest
from mtl.study.choices import observed_predictions, truths_of
from mtl.training.plans import RunPlan
from mtl.training.results import RunResult
from mtl.tuning.chosen_plans import plans_with
from tests.quality.choices import UNTUNED, Choice, choose, kept_choice
from tests.quality.contenders import Contender, contenders
from tests.quality.problems import CODE_HERE, Problem, problem_of


@dataclass(frozen=True)
class Found:
    """What a cell found.

    Attributes:
        values: of each gated task's default metric on the rows that are held out; all are 1 at best.
        at_cap: runs whose training ended at the last epoch that was allowed.
        at_first: runs that kept the first epoch.
        failed: runs that diverged.
        runs: networks that were trained, trials apart.
        seconds: of training, with the trials of the split that they were made on.
    """

    key: str
    table: str
    split: int
    contender: str
    values: Mapping[str, float]
    at_cap: int
    at_first: int
    failed: int
    runs: int
    seconds: float

    def __str__(self) -> str:
        """For people."""
        mean = float(np.mean(list(self.values.values())))
        return f"{self.table}, split {self.split}, {self.contender}: {mean:.3f} in {self.seconds:.0f} s"


@dataclass(frozen=True)
class Cell:
    """What is to be found out.

    Attributes:
        split: which of the assignments of rows to sides, and the seed of what is drawn.
        settings: as `section.key`, in place of a spec's defaults.
    """

    table: str
    split: int
    contender: str
    settings: tuple[tuple[str, Any], ...]

    @property
    def model(self) -> Contender:
        """The contender that is called so."""
        return contenders()[self.contender]

    @property
    def key(self) -> str:
        """The digest of the cell, of the code that its answer follows from, and of the benchmark's own."""
        settings = self.model.all_settings(dict(self.settings))
        code = source_digest(*self.model.code, *CODE_HERE)
        return digest_of(self.table, self.split, self.contender, settings, code)[:32]

    def problem(self, home: Path) -> Problem:
        """The study of its table, split and settings."""
        return problem_of(self.table, self.split, self.model.all_settings(dict(self.settings)), home)

    def answer(self, home: Path) -> Found:
        """Fit and judge."""
        problem, choice = self.problem(home), self._choice(home)
        plans = plans_with(self._plans(problem), choice.settings)
        results = [fit_planned(plan) for plan in plans]
        trained = [result for plan, result in zip(plans, results, strict=True) if isinstance(plan, RunPlan)]
        return Found(
            self.key,
            self.table,
            self.split,
            self.contender,
            _values(problem.prepared, plans, results),
            at_cap=sum(run.epochs == problem.spec.training.epochs for run in trained),
            at_first=sum(run.best_epoch == 0 for run in trained),
            failed=sum(run.status == "failed" for run in trained),
            runs=len(trained),
            seconds=choice.seconds if choice.seconds and not self.split else sum(run.seconds for run in results),
        )

    def _plans(self, problem: Problem) -> list[AnyPlan]:
        return [plan for plan in problem.plans if self.model.has(plan.name)]

    def _choice(self, home: Path) -> Choice:
        """Of the first split, which all splits share."""
        if not self.model.tuned:
            return UNTUNED
        first = replace(self, split=0)

        def make() -> Choice:
            problem = first.problem(home)
            return choose(problem.spec, first._plans(problem))

        return kept_choice(home / "choices" / f"{first.key}.json", make)


def _values(prepared: Prepared, plans: Sequence[AnyPlan], results: Sequence[RunResult]) -> dict[str, float]:
    side = prepared.side("test")
    predictions = {
        task: array
        for plan, result in zip(plans, results, strict=True)
        for task, array in predict(plan, result, side).items()
    }
    observed = observed_predictions(prepared, side, predictions)
    return {
        task: metric_named(truth.metric).score(truth.labels, truth.aligned(observed[task]))
        for task, truth in truths_of(prepared, side).items()
    }


def predict(plan: AnyPlan, result: RunResult, side: Side) -> dict[str, NDArray[np.float64]]:
    """What a run says of a side's rows, by task."""
    if isinstance(plan, MethodPlan):
        return {plan.task: predict_method(plan, side)}
    tasks = tuple(task for task in plan.prepared.tasks if task.name in plan.tasks)
    network = MultiTaskNetwork(NetworkShape.of(plan.prepared.transforms, plan.model, tasks, plan.sharing))
    network.load_state_dict(result.weights)
    return predictions_of(network, tasks, side.inputs)
