"""What is to be learned."""

from typing import Literal

from pydantic import Field, model_validator

from mtl.spec.section import Section, inconsistent

TaskKind = Literal["binary", "multiclass", "regression"]

METRICS: dict[TaskKind, tuple[str, ...]] = {
    "binary": ("roc_auc", "average_precision", "log_loss", "brier", "accuracy", "f1"),
    "multiclass": ("accuracy", "balanced_accuracy", "macro_f1", "log_loss"),
    "regression": ("r2", "rmse", "mae"),
}
"""The metrics of each kind of task; the first is the headline metric unless the spec names another."""

LOSSES: dict[TaskKind, tuple[str, ...]] = {
    "binary": ("bce",),
    "multiclass": ("cross_entropy",),
    "regression": ("mse", "huber"),
}


class TaskSpec(Section):
    """A learning task: a target column with a kind, a loss, and a headline metric with a direction."""

    kind: TaskKind = Field(description="binary labels are 0 and 1, or false and true; multiclass ones are any names")
    label: str | None = Field(None, description="target column; the task's own name when absent")
    metric: str | None = Field(None, description="headline metric, which the gate compares")
    loss: str | None = Field(None, description="what training minimises: mse or huber for regression")
    auxiliary: bool = Field(False, description="trained for the sake of the others; never gated or served")
    composed_of: tuple[str, ...] = Field((), description="tasks that this higher-level task is composed of")
    pretrained_on: tuple[str, ...] = Field(
        (), description="tasks that further baselines are pretrained on, one each, and then fine-tuned"
    )

    @model_validator(mode="after")
    def _known_metric_and_loss(self) -> "TaskSpec":
        for field, allowed in (("metric", METRICS[self.kind]), ("loss", LOSSES[self.kind])):
            value = getattr(self, field)
            if value is not None and value not in allowed:
                raise inconsistent(f"'{value}' is not one of a {self.kind} task's: {', '.join(allowed)}", field)
        return self

    @property
    def headline(self) -> str:
        """The metric that the gate compares."""
        return self.metric or METRICS[self.kind][0]

    @property
    def loss_name(self) -> str:
        """The loss that training minimises."""
        return self.loss or LOSSES[self.kind][0]
