"""Who is compared: each fits the tasks of a prepared study and predicts the rows that are held out.

What is tuned stands beside these under a name of its own: one function that first looks for settings on one split.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mtl.baselines.fit_method import fit_method, predict_method
from mtl.baselines.method_plan import plan_methods
from mtl.data.frame import Frame
from mtl.data.prepared import Prepared, Side
from mtl.models.network import MultiTaskNetwork
from mtl.models.predictions import predictions_of
from mtl.models.shape import NetworkShape
from mtl.spec import Spec
from mtl.training.approaches import approaches_of
from mtl.training.fit_run import fit_run
from mtl.training.plans import RunPlan, plan_runs
from mtl.training.results import RunResult

MEMBERS = 8


@dataclass(frozen=True)
class Problem:
    """A study that is ready to be fitted, and the folder of its runs."""

    spec: Spec
    frame: Frame
    prepared: Prepared
    runs: Path


@dataclass(frozen=True)
class Trained:
    """How one network's training went."""

    tasks: tuple[str, ...]
    status: str
    epochs: int
    best_epoch: int


@dataclass(frozen=True)
class Answer:
    """What a contender predicts for all rows that are held out, by task, and what it took."""

    predictions: Mapping[str, NDArray[np.float64]]
    trained: tuple[Trained, ...]
    seconds: float


@dataclass(frozen=True)
class Contender:
    """A family of models.

    Attributes:
        settings: added to the spec's, as `section.key`.
        code: the packages that its answer follows from.
        reads_settings: whether another learning rate, trunk and the like change its answer.
    """

    answer: Callable[[Problem], Answer]
    settings: Mapping[str, object]
    code: tuple[str, ...]
    reads_settings: bool = True


def contenders() -> dict[str, Contender]:
    """All by name, the cheap ones first."""
    data = ("mtl.data", "mtl.features", "mtl.tasks", "mtl.spec", "mtl.examples", "mtl.evaluation")
    networks = (*data, "mtl.models", "mtl.training", "mtl.weighting")
    methods = (*data, "mtl.baselines")
    plain, with_members = {"model.members": 1}, {"model.members": MEMBERS}
    return {
        "linear": Contender(lambda problem: _by_method("linear", problem), {}, methods, reads_settings=False),
        "trees": Contender(lambda problem: _by_method("boosted_trees", problem), {}, methods, reads_settings=False),
        "multi-task": Contender(_together, plain, networks),
        "single-task": Contender(_alone, plain, networks),
        "multi-task, members": Contender(_together, with_members, networks),
        "single-task, members": Contender(_alone, with_members, networks),
    }


def _by_method(baseline: str, problem: Problem) -> Answer:
    """The runs of `mtl run` of a baseline that is no network."""
    plans = plan_methods(problem.spec, problem.prepared, problem.frame, problem.runs)
    kept = [plan for plan in plans if plan.name.baseline == baseline]
    results = [fit_method(plan) for plan in kept]
    held_out = problem.prepared.side("test")
    predictions = {plan.task: predict_method(plan, held_out) for plan in kept}
    return Answer(predictions, (), sum(result.seconds for result in results))


def _together(problem: Problem) -> Answer:
    return _by_networks(problem, together=True)


def _alone(problem: Problem) -> Answer:
    return _by_networks(problem, together=False)


def _by_networks(problem: Problem, *, together: bool) -> Answer:
    """The runs of `mtl run`, of which the multi-task one or the single-task ones are fitted."""

    plans = plan_runs(problem.spec, approaches_of(problem.spec), problem.prepared, problem.runs)
    kept = [plan for plan in plans if (plan.name.approach is not None) == together and plan.name.pretrained_on is None]
    results = [(plan, fit_run(plan)) for plan in kept]
    held_out = problem.prepared.side("test")
    predictions = {name: array for plan, result in results for name, array in _predict(plan, result, held_out).items()}
    trained = tuple(Trained(plan.tasks, result.status, result.epochs, result.best_epoch) for plan, result in results)
    return Answer(predictions, trained, sum(result.seconds for _, result in results))


def _predict(plan: RunPlan, result: RunResult, side: Side) -> dict[str, NDArray[np.float64]]:
    tasks = tuple(task for task in plan.prepared.tasks if task.name in plan.tasks)
    network = MultiTaskNetwork(NetworkShape.of(plan.prepared.transforms, plan.model, tasks, plan.sharing))
    network.load_state_dict(result.weights)
    return predictions_of(network, tasks, side.inputs)
