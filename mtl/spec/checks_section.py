"""What the data must hold before anything is trained."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from mtl.spec.rule import parsed_rule
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


class RuleCheck(Section):
    """A rule about the cells of a row, discharge >= admission; a row in which a column is empty keeps it."""

    rule: str = Field(description="what must be so: columns, numbers, texts, comparisons, in, and, or, not, missing()")
    severity: Severity = Field("critical", description="critical stops the study, warning is reported")

    @model_validator(mode="after")
    def _is_a_rule(self) -> "RuleCheck":
        _require_rule(self.rule)
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it names."""
        return tuple(parsed_rule(self.rule).columns.values())


def _require_rule(text: str) -> str:
    try:
        parsed_rule(text)
    except ValueError as error:
        raise inconsistent(str(error)) from error
    return text


class ChecksSpec(Section):
    """What the data must hold before anything is trained, beside what the rest of the spec implies."""

    min_rows: int = Field(100, ge=1, le=10**12, description="fewest rows")
    max_rows: int | None = Field(None, ge=1, le=10**12, description="most rows; absent: any number")
    min_label_rate: Fraction = Field(0.01, description="share of rows that carry a label, for each task")
    columns: Mapping[str, ColumnCheck] = Field({}, description="what single columns must hold")
    rules: tuple[Annotated[str, AfterValidator(_require_rule)] | RuleCheck, ...] = Field(
        (), description="what must be so in each row: discharge >= admission, or {rule: …, severity: warning}"
    )
    on_violation: Literal["stop", "set_aside"] = Field(
        "stop",
        description="whether rows that break a critical rule, or critical bounds or values of a column, stop the study"
        " or are left out and kept in a file that says why",
    )
    max_set_aside: Fraction = Field(0.05, description="share of the rows that may be set aside; more stop the study")
    max_drift: float = Field(
        0.25,
        gt=0,
        le=100,
        description="population stability index against the champion's training rows from which on a column is told of",
    )
    show_rows: bool = Field(True, description="whether pages and the terminal show cells of rows that break a check")
    data_docs: bool = Field(False, description="whether Great Expectations writes its own pages, too")

    @property
    def row_rules(self) -> tuple[RuleCheck, ...]:
        """The rules, each with its severity."""
        return tuple(RuleCheck(rule=each) if isinstance(each, str) else each for each in self.rules)

    @model_validator(mode="after")
    def _some_number_of_rows_is_allowed(self) -> "ChecksSpec":
        if self.max_rows is not None and self.min_rows > self.max_rows:
            raise inconsistent(f"min_rows {self.min_rows} is above max_rows {self.max_rows}")
        return self
