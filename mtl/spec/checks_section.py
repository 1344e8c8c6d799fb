"""What the data must hold before anything is trained."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, model_validator

from mtl.spec.section import Fraction, Section, inconsistent

Severity = Literal["critical", "warning"]


class ColumnCheck(Section):
    """What a column must hold."""

    min: float | None = Field(None, description="smallest number allowed")
    max: float | None = Field(None, description="largest number allowed")
    values: tuple[str | int | float | bool, ...] | None = Field(None, min_length=1, description="the values allowed")
    max_null_rate: Fraction | None = Field(None, description="share of the rows that may be empty")
    mostly: Fraction = Field(1.0, description="share of the rows that min, max and values must hold for")
    severity: Severity = Field("critical", description="critical stops the study, warning is reported")

    @model_validator(mode="after")
    def _some_number_is_allowed(self) -> "ColumnCheck":
        if self.min is not None and self.max is not None and self.min > self.max:
            raise inconsistent(f"min {self.min:.12g} is above max {self.max:.12g}")
        return self


class ChecksSpec(Section):
    """What the data must hold before anything is trained, beside what the rest of the spec implies."""

    min_rows: int = Field(100, ge=1, le=10**12, description="fewest rows")
    max_rows: int | None = Field(None, ge=1, le=10**12, description="most rows; absent: any number")
    min_label_rate: Fraction = Field(0.01, description="share of rows that carry a label, for each task")
    columns: Mapping[str, ColumnCheck] = Field({}, description="what single columns must hold")
    show_rows: bool = Field(True, description="whether pages and the terminal show cells of rows that break a check")
    data_docs: bool = Field(False, description="whether Great Expectations writes its own pages, too")

    @model_validator(mode="after")
    def _some_number_of_rows_is_allowed(self) -> "ChecksSpec":
        if self.max_rows is not None and self.min_rows > self.max_rows:
            raise inconsistent(f"min_rows {self.min_rows} is above max_rows {self.max_rows}")
        return self
