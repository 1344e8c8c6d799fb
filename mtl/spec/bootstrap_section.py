"""How differences between models are resampled, and what is resampled."""

from pydantic import Field

from mtl.spec.section import Section


class EvaluationSpec(Section):
    """How differences are judged."""

    unit: str | None = Field(
        None,
        description="column whose values are independent (group, day); absent: the split's group or day, or rows",
    )
    slices: tuple[str, ...] = Field(
        (), max_length=20, description="columns on whose values the candidate must nowhere be surely worse"
    )
    resamples: int = Field(2000, ge=100, le=100_000, description="bootstrap resamples behind each interval")
