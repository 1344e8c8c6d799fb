"""What a spec's gate can be expected to answer, before anything is trained."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mtl import registry
from mtl.data.frame import Frame
from mtl.data.prepared import Prepared
from mtl.errors import DataError
from mtl.evaluation.comparison import Comparison
from mtl.evaluation.judgeable import fewest_units, unjudged_on
from mtl.gate_trials.gate_shape import TaskShape, known_of, task_shape
from mtl.gate_trials.gate_simulation import GAINS, DecisionShape, Mapper, better_by, no_better
from mtl.gate_trials.needed import both_needed, labels_needed, seeds_needed
from mtl.gate_trials.share import Share
from mtl.promotion.error_budget import Granted, Refused, grant
from mtl.spec import Spec
from mtl.study.choices import truths_of
from mtl.study.comparing import compare_measured
from mtl.study.deciding import bootstrap_of
from mtl.study.decision_basis import FILE, read_basis
from mtl.study.locked_test import OpenedTest, rows_of
from mtl.study.look import rows_looked_at

TRIALS, TRIALS_OF_GAIN = 120, 40
"""Of a candidate that is no better, and of each true gain."""


@dataclass(frozen=True, eq=False)
class GateTest:
    """What was simulated.

    Attributes:
        tasks: the gated ones.
        budget: what the ledger of test rows would answer now; None where the spec claims no error rate.
        unjudged: the tasks that test labels cannot judge, and why: nothing is promoted then, and nothing simulated.
        false_promotions: of a candidate that is no better; None where nothing was simulated.
        found: by true gain, a share of every metric, how often it is found.
        labels: so many times the labels would find a gain of 2 % with probability .8; None where no number does.
        seeds: so many fresh seeds would, likewise.
        both: so many times the labels together with so many fresh seeds would, likewise.
    """

    tasks: tuple[TaskShape, ...]
    budget: Granted | Refused | None
    unjudged: Mapping[str, str]
    false_promotions: Share | None = None
    found: Mapping[float, Share] | None = None
    labels: float | None = None
    seeds: int | None = None
    both: tuple[float, int] | None = None

    def to_plain(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "level": self.budget.level if isinstance(self.budget, Granted) else None,
            "refused": self.budget.sentence if isinstance(self.budget, Refused) else None,
            "unjudged": dict(self.unjudged),
            "tasks": [_plain_task(each) for each in self.tasks],
            "false_promotions": _plain_share(self.false_promotions),
            "found": {f"{gain:g}": _plain_share(share) for gain, share in (self.found or {}).items()},
            "times_the_labels_for_2_percent": self.labels,
            "seeds_for_2_percent": self.seeds,
            "times_the_labels_and_seeds_for_2_percent": self.both,
        }


def gate_test(
    spec: Spec, where: registry.Registry, report: Path, sides: tuple[Prepared, Frame], mapper: Mapper = map
) -> GateTest:
    """Simulate decisions of a spec's shape on the labels of its own test side.

    Args:
        spec: whose gate is tested.
        where: the registry with the ledger of test rows.
        report: the folder of the spec's last report; its study tells how models differ, if there is one.
        sides: the arrays of all sides, and the rows.
        mapper: `map`, or that of an executor.

    Raises:
        RegistryUnreachableError: the ledger cannot be read.
    """
    prepared, frame = sides
    budget = _budget(spec, where, prepared, frame)
    truths, training = (truths_of(prepared, prepared.side(side)) for side in ("test", "train"))
    unjudged = unjudged_on("test", truths, fewest_units(spec.gate.confidence))
    if isinstance(budget, Refused) or budget is None or unjudged:
        return GateTest((), budget, unjudged)
    last = _last_comparison(report, spec)
    tasks = tuple(
        task_shape(truth, training[name], known_of(last, name, truth.metric)) for name, truth in truths.items()
    )
    return simulate(DecisionShape(tasks, spec.gate, budget, spec.evaluation.resamples), mapper)


def simulate(
    shape: DecisionShape, mapper: Mapper = map, trials: int = TRIALS, of_gain: int = TRIALS_OF_GAIN
) -> GateTest:
    """What decisions of this shape come to."""
    return GateTest(
        tuple(shape.tasks),
        shape.granted,
        {},
        no_better(shape).count(trials, mapper),
        {gain: better_by(shape, gain).count(of_gain, mapper) for gain in GAINS},
        labels_needed(shape),
        seeds_needed(shape),
        both_needed(shape),
    )


def _budget(spec: Spec, where: registry.Registry, prepared: Prepared, frame: Frame) -> Granted | Refused | None:
    """What a look would be granted now; none is opened."""
    if not spec.gate.claims_error_rate:
        return None
    side = prepared.side("test")
    opened = OpenedTest(prepared, side, rows_of(frame, side), {}, None)
    past = [entry.as_past for entry in registry.read_ledger(where)]
    return grant(rows_looked_at(spec, opened), past, 1.0 - spec.gate.confidence)


def _last_comparison(report: Path, spec: Spec) -> Comparison | None:
    """Of the last study's test side; None where there is no evidence that can be read."""
    try:
        basis = read_basis(report / FILE)
    except DataError:
        return None
    return compare_measured(basis.measured, bootstrap_of(spec)) if basis.measured else None


def _plain_task(task: TaskShape) -> dict[str, Any]:
    return {
        "task": task.task,
        "metric": task.metric,
        "labels": task.labels,
        "rare_labels": task.rare,
        "units": task.units,
        "value": task.value,
        "rows_error": task.rows_error,
        "spread": task.standardised_spread,
        "measured": task.measured,
    }


def _plain_share(share: Share | None) -> dict[str, Any] | None:
    if share is None:
        return None
    lower, upper = share.interval
    return {"share": share.value, "lower": lower, "upper": upper, "trials": share.trials}
