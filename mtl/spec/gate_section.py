"""The policy that decides on a promotion."""

from pydantic import Field

from mtl.spec.section import Section


class GateSpec(Section):
    """What a candidate must show, on every task that is not auxiliary."""

    confidence: float = Field(0.95, ge=0.5, lt=1.0, description="one-sided; 0.5 is the point-estimate rule")
    margin: float = Field(0.0, ge=0.0, le=1e15, description="in units of the task's headline metric")
    min_labels: int = Field(100, ge=2, le=10**12, description="test labels without which a task cannot be judged")
