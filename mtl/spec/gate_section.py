"""The policy that decides on a promotion."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from mtl.spec.section import Name, Section

Loss = Annotated[float, Field(ge=0.0, le=1e15)]


class GateSpec(Section):
    """What a candidate must show, on every task that is not auxiliary."""

    rule: Literal["superior", "replace"] = Field(
        "superior", description="better on every task; or better on at least one and on none worse by its tolerance"
    )
    confidence: float = Field(
        0.95, ge=0.5, lt=1.0, description="one-sided; 0.5 compares point estimates and claims no error rate"
    )
    margin: float = Field(0.0, ge=0.0, le=1e15, description="in units of the task's headline metric")
    tolerance: Mapping[Name, Loss] = Field(
        {},
        description="by task, in units of its headline metric, how much worse than the champion counts as no worse;"
        " absent: a twentieth of what the champion gains on a constant prediction",
    )
    min_labels: int = Field(100, ge=2, le=10**12, description="test labels without which a task cannot be judged")
    min_rare_labels: int = Field(
        30, ge=2, le=10**12, description="test labels of all classes but the most frequent, without which it cannot"
    )
    confirmation: int = Field(
        3, ge=2, le=100, description="fresh seeds of the candidate and of each opponent that the decision rests on"
    )

    @property
    def claims_error_rate(self) -> bool:
        """Whether a promotion claims how often it is wrong."""
        return self.confidence > 0.5
