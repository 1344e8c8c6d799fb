"""How networks are trained."""

from typing import Literal

from pydantic import Field

from mtl.spec.section import Section

GradientSpace = Literal["representation", "last_layer", "parameters"]
Device = Literal["auto", "cpu", "cuda"]


class TrainingSpec(Section):
    """The budget and the optimiser (AdamW), the same for every run of a study."""

    learning_rate: float = Field(2e-3, gt=0, le=1e3, description="AdamW's step size")
    batch_size: int = Field(64, ge=1, le=1_000_000, description="rows per step")
    epochs: int = Field(500, ge=1, le=1_000_000, description="at most so many passes over the training side")
    patience: int = Field(
        12,
        ge=1,
        le=1_000_000,
        description="epochs without a better validation loss before a run goes on at a tenth of the rate, then stops",
    )
    l2: float = Field(1e-2, ge=0, le=1e6, description="decoupled weight decay")
    l1: float = Field(0.0, ge=0, le=1e6, description="weight of the sum of absolute weights, added to the loss")
    sample_weight: str | None = Field(
        None,
        description="column of numbers of at least 0: what a training row counts for in the losses of all models, in"
        " proportion; validation and metrics count every row alike",
    )
    gradients: GradientSpace = Field(
        "last_layer", description="what the task gradients, which schemes compare, are taken with respect to"
    )
    device: Device = Field(
        "auto", description="auto: the GPU where there is one, with bfloat16 forward passes where it has them"
    )
