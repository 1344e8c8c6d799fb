"""How far a paired difference moves with the seed, in standard errors of the rows that it is measured on.

One split of each shipped example, without its own test side; multi-task and single-task networks with so many members,
each with the same seeds. The gate pays for this spread: it trains candidate and opponents anew with fresh seeds.

    python -m tests.quality.spread [--tables health,reviews] [--members 1,8,16] [--seeds 5]
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from mtl.baselines.study_runs import fit_planned, plan_study
from mtl.evaluation.paired_difference import Bootstrap, PairedDifference, paired_difference
from mtl.run_names import NETWORK, RunName
from mtl.study.choices import observed_predictions, truths_of
from mtl.training.approaches import approaches_of
from tests.quality.cells import predict
from tests.quality.problems import Problem, problem_of

EXAMPLES = ("metabolic", "health", "reviews", "flights")
RESAMPLED = Bootstrap(1000, 0.95)


def main(arguments: Sequence[str]) -> None:
    """Print a line for each table and number of members."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.quality.spread", description=(__doc__ or "").split("\n\n")[0]
    )
    parser.add_argument("--tables", type=lambda text: text.split(","), default=EXAMPLES)
    parser.add_argument("--members", type=lambda text: [int(part) for part in text.split(",")], default=(1, 8, 16))
    parser.add_argument("--seeds", type=int, default=5)
    asked = parser.parse_args(arguments)
    home = Path(os.environ.get("MTL_HOME", ".mtl")).resolve() / "quality"
    for table in asked.tables:
        for members in asked.members:
            differences = list(differences_by_seed(problem_of(table, 0, {"model.members": members}, home), asked.seeds))
            sys.stdout.write(f"{table:12} members {members:2}: spread {spread(differences):.2f} standard errors\n")
            sys.stdout.flush()


def differences_by_seed(problem: Problem, seeds: int) -> Iterator[PairedDifference]:
    """Of each task and seed: multi-task less single-task, on the rows that are held out."""
    spec = problem.spec.model_copy(update={"seeds": tuple(range(seeds))})
    side = problem.prepared.side("test")
    predictions = {}
    for plan in plan_study(spec, approaches_of(spec), problem.prepared, problem.frame, problem.runs):
        if plan.name.task is None or plan.name.baseline == NETWORK:
            predictions[plan.name] = observed_predictions(
                problem.prepared, side, predict(plan, fit_planned(plan), side)
            )
    for task, truth in truths_of(problem.prepared, side).items():
        for seed in spec.seeds:
            together = predictions[RunName.multi("equal", seed)][task]
            apart = predictions[RunName.single(task, seed)][task]
            yield paired_difference(truth, together, apart, RESAMPLED)


def spread(differences: Sequence[PairedDifference]) -> float:
    """The standard deviation over seeds in standard errors, its mean over tasks."""
    rows = pd.DataFrame({"task": each.task, "d": each.difference, "se": each.standard_error} for each in differences)
    by_task = rows.groupby("task").agg(deviation=("d", "std"), se=("se", "mean"))
    return float(np.mean(by_task["deviation"] / by_task["se"]))


if __name__ == "__main__":
    main(sys.argv[1:])
