"""Which rows train, which choose and which decide."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from mtl.spec.section import Section, inconsistent

Share = Annotated[float, Field(gt=0.0, lt=1.0)]
Days = Annotated[int, Field(ge=1, le=36500)]


class HashSplit(Section):
    """A row's side follows from a hash of its key: stable across retrains."""

    by: Literal["hash"] = Field(description="how rows are assigned to sides")
    validation: Share = Field(0.15, description="share of the rows, or of the groups, that choose among runs")
    test: Share = Field(0.25, description="share of the rows, or of the groups, that are kept for the decision")
    salt: str = Field("mtl", description="another salt is another assignment of rows to sides")

    @model_validator(mode="after")
    def _room_for_training(self) -> "HashSplit":
        if self.validation + self.test >= 1:
            raise inconsistent("validation + test must be below 1; the rest is for training")
        return self


class GroupSplit(HashSplit):
    """As a hash split, of the group: rows of one group never straddle sides."""

    by: Literal["group"] = Field(description="how rows are assigned to sides")  # type: ignore[assignment]
    column: str = Field(description="column that names a row's group")


class TimeSplit(Section):
    """Sides are consecutive windows of days: training, then validation, then test from `as_of` on.

    Days are UTC where the times carry a zone.
    """

    by: Literal["time"] = Field(description="how rows are assigned to sides")
    column: str = Field(description="column of ISO 8601 dates or times")
    as_of: date | None = Field(None, description="first day of the test window; absent: the last whole window")
    test_days: Days = Field(30, description="length of the test window")
    validation_days: Days = Field(7, description="length of the window before it, which chooses among runs")
    train_days: Days | None = Field(None, description="absent: everything before validation")


AnySplit = Annotated[HashSplit | GroupSplit | TimeSplit, Field(discriminator="by")]
