"""What is to be learned."""

from typing import Annotated

from pydantic import Field, model_validator

from mtl.extensions import KINDS, LOSSES, METRICS
from mtl.hints import did_you_mean
from mtl.spec.section import NameIn, NamesOf, Section, inconsistent


class TaskSpec(Section):
    """A learning task: a target column with a kind, a loss, and a headline metric with a direction."""

    kind: Annotated[str, NameIn(KINDS)] = Field(description="what its labels are")
    label: str | None = Field(None, description="target column; the task's own name when absent")
    metric: Annotated[str, NamesOf(METRICS)] | None = Field(
        None, description="headline metric, which the gate compares; the kind's own when absent"
    )
    loss: Annotated[str, NamesOf(LOSSES)] | None = Field(
        None, description="what training minimises; the kind's own when absent"
    )
    auxiliary: bool = Field(False, description="trained for the sake of the others; never gated or served")
    balanced: bool = Field(
        False, description="every class counts as much in the loss of networks, however rare; its labels are classes"
    )
    composed_of: tuple[str, ...] = Field((), description="tasks that this higher-level task is composed of")
    pretrained_on: tuple[str, ...] = Field(
        (), description="tasks that further baselines are pretrained on, one each, and then fine-tuned"
    )

    @model_validator(mode="after")
    def _metric_and_loss_are_for_the_kind(self) -> "TaskSpec":
        for field, catalog in (("metric", METRICS), ("loss", LOSSES)):
            name = getattr(self, field)
            if name is None or (name in catalog.names and self.kind in catalog.get(name).kinds):
                continue
            allowed = [other for other, entry in catalog.items() if self.kind in entry.kinds]
            listed = f"{did_you_mean(name, allowed)}allowed: {', '.join(allowed)}"
            raise inconsistent(f"'{name}' is no {field} of a {self.kind} task; {listed}", field)
        return self

    @model_validator(mode="after")
    def _only_classes_are_balanced(self) -> "TaskSpec":
        if self.balanced and not _has_classes(self.kind):
            classified = ", ".join(kind for kind in KINDS.names if _has_classes(kind))
            raise inconsistent(f"a {self.kind} task has no classes to balance; allowed for: {classified}", "balanced")
        return self

    @property
    def headline(self) -> str:
        """The metric that the gate compares."""
        return self.metric or KINDS.get(self.kind).default_metric

    @property
    def loss_name(self) -> str:
        """The loss that training minimises."""
        return self.loss or KINDS.get(self.kind).default_loss


def _has_classes(kind: str) -> bool:
    return KINDS.get(kind)().num_classes(("a", "b")) > 0
