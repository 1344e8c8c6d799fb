"""What resampling costs, and what first-order sums leave out, in one thread.

Two tables. The first: seconds of the processor for each metric, for two models on six tasks of 50,000 rows, each a
unit, and 10,000 resamples. The second, for metrics that rank: how far the bounds of the difference of two models that
first-order sums give are from the exact ones, in standard errors, at one-sided 5 % and .5 %, on the same 10,000
resamples. Rows are over sides at which first order begins to be used, models from poor to near perfect, alike or not;
the last column is the standard deviation of what is left out, resample by resample.

    OMP_NUM_THREADS=1 python -m tests.mtl.evaluation.bench_resamples
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from time import process_time

import numpy as np
from threadpoolctl import threadpool_limits

from mtl.evaluation.metric import metric_named
from mtl.evaluation.paired_difference import Bootstrap
from mtl.evaluation.ranking_metric import RankingMetric
from mtl.evaluation.resampling import draws
from mtl.evaluation.shared_resamples import score_on_shared_resamples
from mtl.evaluation.truth import FloatArray
from tests.mtl.evaluation.cases import KIND_AND_METRIC, make_predictions, make_truth

ROWS, TASKS, RESAMPLES, CHUNK = 50_000, 6, 10_000, 128
LEVELS = (0.05, 0.95, 0.005, 0.995)

SIDES = {"roc_auc": [(10_100, 100), (20_000, 10_000)], "average_precision": [(50_000, 4_000), (8_000, 4_000)]}
"""(rows, positives)."""

MODELS = ((0.5, 0.5), (2.0, 0.5), (2.0, 0.95), (4.0, 0.5))
"""(by how many standard deviations scores of the classes differ, correlation of two models' scores)."""


def seconds(kind: str, metric: str) -> float:
    """Of two models on six tasks."""
    rng = np.random.default_rng(0)
    truths = {f"t{k}": replace(make_truth(kind, metric, rng, ROWS), task=f"t{k}") for k in range(TASKS)}
    models = {model: {task: make_predictions(truth, rng) for task, truth in truths.items()} for model in "ab"}
    start = process_time()
    score_on_shared_resamples(truths, models, Bootstrap(RESAMPLES, 0.95))
    return process_time() - start


def deviations(name: str, rows: int, positives: int, shift: float, correlation: float) -> FloatArray:
    """Of the bounds at `LEVELS`, and the standard deviation of what is left out, in standard errors."""
    rng, metric = np.random.default_rng(1), metric_named(name)
    assert isinstance(metric, RankingMetric)
    labels = rng.permutation(np.repeat([1.0, 0.0], [positives, rows - positives]))
    shared, *own = rng.standard_normal((3, rows))
    scores = [np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * each for each in own]
    models = [1 / (1 + np.exp(-(shift + gap) * labels - each)) for each, gap in zip(scores, (0.1, 0.0), strict=True)]
    formulas = [metric.rescorer(labels, model, np.arange(rows)) for model in models]
    forms = [metric.first_order(labels, model, np.arange(rows)) for model in models]
    exact, first_order = [], []
    for drawn in draws(rows, RESAMPLES, CHUNK, seed=0):
        counts = np.asfortranarray(drawn)
        exact.append(formulas[0](counts) - formulas[1](counts))
        first_order.append(forms[0].finish(counts @ forms[0].sums) - forms[1].finish(counts @ forms[1].sums))
    true, near = np.concatenate(exact), np.concatenate(first_order)
    moved = np.quantile(near, LEVELS) - np.quantile(true, LEVELS)
    off: FloatArray = np.array([*moved, np.std(near - true)]) / true.std()
    return off


def of_first_order() -> Iterator[str]:
    """The lines of the second table."""
    for name, sides in SIDES.items():
        for (rows, positives), (shift, correlation) in product(sides, MODELS):
            off = deviations(name, rows, positives, shift, correlation)
            figures = "".join(f"{each:+9.3f}" for each in off)
            yield f"{name:20}{rows:7}{positives:10}{shift:7}{correlation:6}{figures}\n"


def main() -> None:
    """Print both tables."""
    sys.stdout.write(f"\n{'metric':20}{'kind':12}  seconds\n")
    with threadpool_limits(1):
        for kind, metric in KIND_AND_METRIC:
            sys.stdout.write(f"{metric:20}{kind:12}{seconds(kind, metric):9.1f}\n")
            sys.stdout.flush()
        heads = "".join(f"{f'{100 * level:g} %':>9}" for level in LEVELS)
        sys.stdout.write(f"\n{'metric':20}{'rows':>7}{'positives':>10}{'shift':>7}{'alike':>6}{heads} left out\n")
        for line in of_first_order():
            sys.stdout.write(line)
            sys.stdout.flush()


if __name__ == "__main__":
    main()
