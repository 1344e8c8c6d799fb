"""A study in small: two tasks, one scheme and single-task runs over seeds, as predictions."""

from dataclasses import dataclass, field

import numpy as np

from mtl.evaluation.comparison import ChampionAbsent, ChampionAnswer, Comparison
from mtl.evaluation.constant_predictor import best_constant
from mtl.evaluation.paired_difference import Bootstrap
from mtl.evaluation.run_against_run import compare, with_constants
from mtl.evaluation.truth import FloatArray, TaskTruth
from mtl.run_names import RunName
from tests.mtl.evaluation.cases import make_predictions

SEEDS = (0, 1, 2)
TASKS = ("price", "sold")


@dataclass
class Study:
    """Truths and predictions that a test may spoil before it compares them.

    Attributes:
        truths: a regression `price` and a binary `sold`.
        predictions: the scheme `equal`, clearly better than the single-task runs, on every seed.
    """

    truths: dict[str, TaskTruth]
    predictions: dict[RunName, dict[str, FloatArray]]
    candidate: RunName = field(default_factory=lambda: RunName.multi("equal", 1))
    baselines: dict[str, RunName] = field(default_factory=lambda: {task: RunName.single(task, 0) for task in TASKS})
    champion: ChampionAnswer = field(default_factory=ChampionAbsent)

    def compared(self, confidence: float = 0.95) -> Comparison:
        """The evidence as it now stands."""
        bootstrap = Bootstrap(200, confidence)
        found = compare(
            self.truths,
            self.predictions,
            candidate=self.candidate,
            baselines=self.baselines,
            champion=self.champion,
            bootstrap=bootstrap,
        )
        constants = {task: best_constant(truth) for task, truth in self.truths.items()}
        return with_constants(found, self.truths, self.predictions.get(self.candidate, {}), constants, bootstrap)


def make_study(rows: int = 400, candidate_noise: float = 0.5, single_noise: float = 1.5, seed: int = 0) -> Study:
    """A study whose candidate is better on both tasks by far, unless the noises say otherwise."""
    rng = np.random.default_rng(seed)
    units, labels = np.arange(rows), rng.integers(2, size=rows).astype(np.float64)
    truths = {
        "price": TaskTruth("price", "regression", "r2", rng.normal(size=rows), units),
        "sold": TaskTruth("sold", "binary", "log_loss", labels, units, ("no", "yes")),
    }
    runs: dict[RunName, dict[str, FloatArray]] = {}
    for run_seed in SEEDS:
        runs[RunName.multi("equal", run_seed)] = {
            task: make_predictions(truth, rng, candidate_noise) for task, truth in truths.items()
        }
        for task, truth in truths.items():
            runs[RunName.single(task, run_seed)] = {task: make_predictions(truth, rng, single_noise)}
    return Study(truths, runs)
