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
    retired: tuple[str, ...] = Field(
        (),
        max_length=100,
        description="earlier salts: what they had on the test side, at the same share, trains and is never tested",
    )

    @model_validator(mode="after")
    def _room_for_training(self) -> "HashSplit":
        if self.validation + self.test >= 1:
            raise inconsistent("validation + test must be below 1; the rest is for training")
        return self

    @model_validator(mode="after")
    def _another_salt(self) -> "HashSplit":
        if self.salt in self.retired:
            raise inconsistent(f"{self.salt} is the salt in use; write another as salt, and this as retired", "retired")
        if len(set(self.retired)) < len(self.retired):
            raise inconsistent("each earlier salt once", "retired")
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
    embargo_days: int = Field(
        0,
        ge=0,
        le=36500,
        description="days at the end of training and of validation that are left out, as their labels come late",
    )

    @model_validator(mode="after")
    def _days_besides_the_embargo(self) -> "TimeSplit":
        for window in ("validation_days", "train_days"):
            days = getattr(self, window)
            if days is not None and days <= self.embargo_days:
                raise inconsistent(
                    f"expected less than {window}, which is {days}; got {self.embargo_days}", "embargo_days"
                )
        return self


SideValue = str | int | float | bool


class ColumnSplit(Section):
    """A column of the data names each row's side; rows with other values are on none."""

    by: Literal["column"] = Field(description="how rows are assigned to sides")
    column: str = Field(description="column that names a row's side, such as a published split's")
    train: tuple[SideValue, ...] = Field(min_length=1, description="its values in rows that are trained on")
    validation: tuple[SideValue, ...] = Field(
        (), description="its values in rows that choose among runs; absent: a share of those to train on"
    )
    test: tuple[SideValue, ...] = Field(min_length=1, description="its values in rows that are kept for the decision")
    validation_share: Share = Field(
        0.15, description="without values for validation: the share, by a hash of the key, of the rows to train on"
    )

    @model_validator(mode="after")
    def _one_side_for_each_value(self) -> "ColumnSplit":
        if self.validation and "validation_share" in self.model_fields_set:
            raise inconsistent("give validation or validation_share, not both", "validation_share")
        sides: dict[SideValue, str] = {}
        for side, values in self.values.items():
            for value in values:
                if sides.setdefault(value, side) != side:
                    raise inconsistent(f"{value!r} is a value of {sides[value]} already", side)
        return self

    @property
    def values(self) -> dict[str, tuple[SideValue, ...]]:
        """The values of each side, in the order of the sides."""
        return {"train": self.train, "validation": self.validation, "test": self.test}


AnySplit = Annotated[HashSplit | GroupSplit | TimeSplit | ColumnSplit, Field(discriminator="by")]
