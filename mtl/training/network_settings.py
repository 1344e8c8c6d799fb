"""What all networks of a study have in common, single-task or not, and where tuning looks for better values of it."""

from collections.abc import Mapping, Sequence

from mtl.ranges import Range, Settings
from mtl.spec.model_section import ModelSpec
from mtl.spec.training_section import TrainingSpec

TRUNK = "trunk"
"""The setting that says by how much the widths of the spec's trunk are multiplied."""

WEIGHT = "weight of "
"""How the names of the settings begin that are a task's constant weight."""

RANGES: Mapping[str, Range] = {
    "learning_rate": Range(1e-4, 1e-2, log=True),
    "l2": Range(1e-4, 1.0, log=True),
    "dropout": Range(0.0, 0.5, below=1.0),
    TRUNK: Range(0.5, 2.0, log=True),
}


def own_settings(model: ModelSpec, training: TrainingSpec) -> dict[str, float]:
    """What a spec itself says of what `RANGES` names."""
    return {
        "learning_rate": training.learning_rate,
        "l2": training.l2,
        "dropout": model.dropout,
        TRUNK: 1.0,
    }


def model_with(model: ModelSpec, settings: Settings) -> ModelSpec:
    """A spec's model with other settings."""
    widths = tuple(max(1, round(width * settings.get(TRUNK, 1.0))) for width in model.trunk)
    return model.model_copy(update={"trunk": widths, "dropout": settings.get("dropout", model.dropout)})


def training_with(training: TrainingSpec, settings: Settings) -> TrainingSpec:
    """A spec's training with other settings."""
    return training.model_copy(update={name: settings[name] for name in ("learning_rate", "l2") if name in settings})


def weights_of(settings: Settings, tasks: Sequence[str]) -> tuple[float, ...]:
    """The constant weights of the tasks; empty where the settings say none."""
    return tuple(settings[WEIGHT + task] for task in tasks if WEIGHT + task in settings)
