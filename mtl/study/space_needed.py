"""How much a study may write before it is done: a generous estimate, so that a full disk is told before training."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from mtl.baselines.study_runs import AnyPlan
from mtl.data.prepared import Prepared
from mtl.disk_space import AT_LEAST, AT_LEAST_TEMPORARY, MB, space_at_least, temporary
from mtl.models.shape import NetworkShape
from mtl.training.affordable import WORD, parameters_of
from mtl.training.plans import RunPlan

OF_A_RUN = MB
"""History and predictions, what MLflow and Prefect note of it."""

OF_A_METHOD = 8 * MB
"""Thousands of trees; a linear model over words takes less."""

CHECKPOINT_COPIES = 5
"""Weights, the best ones, two moments of each and the file that replaces the last one."""

BUNDLE_COPIES = 4
"""The candidate's, MLflow's, the one that is verified, the champion's."""


def space_for(
    home: Path, plans: Sequence[AnyPlan], prepared: Prepared, workers: int, trials: int, halved: bool = False
) -> Mapping[Path, int]:
    """Bytes by folder that the runs of a study that are not fitted yet may take, and what follows from them.

    `trials`: of each plan, beside itself; `halved`: whether approaches are stopped early, where each is saved at rungs.
    """
    left = [plan for plan in plans if not plan.is_fitted]
    if not left:
        return space_at_least(home)
    networks = {_architecture(plan): plan for plan in left if isinstance(plan, RunPlan)}
    size_of = {architecture: weight_bytes(plan) for architecture, plan in networks.items()}
    predictions = 8 * len(prepared.side("validation")) * sum(max(len(task.classes), 1) for task in prepared.tasks)
    runs = [
        OF_A_RUN + predictions + (size_of[_architecture(plan)] if isinstance(plan, RunPlan) else OF_A_METHOD)
        for plan in left
    ]
    largest = max(size_of.values(), default=0)
    bundle = BUNDLE_COPIES * (largest + _file_bytes(prepared))
    approaches = len({plan.name.subject for plan in left if plan.name.approach}) if halved else 0
    checkpoints = (workers + approaches) * CHECKPOINT_COPIES * largest
    rungs = 2 * approaches * (OF_A_RUN + predictions + largest)
    total = AT_LEAST + (1 + trials) * sum(runs) + checkpoints + rungs + bundle
    return {home: total, temporary(): AT_LEAST_TEMPORARY + 2 * bundle // BUNDLE_COPIES}


def weight_bytes(plan: RunPlan) -> int:
    """The bytes of the weights that a run will learn."""
    tasks = tuple(task for task in plan.prepared.tasks if task.name in plan.tasks)
    return WORD * parameters_of(NetworkShape.of(plan.prepared.transforms, plan.model, tasks, plan.sharing))


def _architecture(plan: AnyPlan) -> str:
    return repr((plan.tasks, plan.sharing, plan.model)) if isinstance(plan, RunPlan) else ""


def _file_bytes(prepared: Prepared) -> int:
    """The files that features carry into a bundle."""
    features = prepared.transforms.features.values()
    return sum(file.stat().st_size for feature in features for file in feature.files.values())
