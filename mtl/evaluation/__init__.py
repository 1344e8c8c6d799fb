"""The paired evidence: metrics, bootstrap, the choice of candidate and baselines, their comparison, plots, report."""

from mtl.evaluation.bootstrap import Bootstrap, PairedDifference, paired_difference
from mtl.evaluation.comparison import (
    CannotTell,
    ChampionAnswer,
    ChampionCompared,
    Comparison,
    NoChampion,
    TaskComparison,
    compare,
    compare_champion,
    seed_mean_difference,
)
from mtl.evaluation.metrics import CATALOG, Metric, score_all
from mtl.evaluation.runs import Predictions, RunName
from mtl.evaluation.selection import choose_baselines, choose_candidate, measure_standings
from mtl.evaluation.truth import TaskTruth

__all__ = [
    "CATALOG",
    "Bootstrap",
    "CannotTell",
    "ChampionAnswer",
    "ChampionCompared",
    "Comparison",
    "Metric",
    "NoChampion",
    "PairedDifference",
    "Predictions",
    "RunName",
    "TaskComparison",
    "TaskTruth",
    "choose_baselines",
    "choose_candidate",
    "compare",
    "compare_champion",
    "measure_standings",
    "paired_difference",
    "score_all",
    "seed_mean_difference",
]
