"""The columns that predictions are made from."""

from pydantic import Field, model_validator

from mtl.spec.section import Section, inconsistent


class FeaturesSpec(Section):
    """The columns that every task's prediction is made from."""

    numeric: tuple[str, ...] = Field((), description="numbers; a missing one becomes the training side's median")
    categorical: tuple[str, ...] = Field((), description="values that are equal or not: texts, numbers or booleans")
    text: str | None = Field(None, description="one column of texts")

    @property
    def columns(self) -> tuple[str, ...]:
        """All feature columns, numeric first, then categorical, then text."""
        return self.numeric + self.categorical + ((self.text,) if self.text else ())

    @model_validator(mode="after")
    def _some_and_distinct(self) -> "FeaturesSpec":
        if not self.columns:
            raise inconsistent("name at least one column under numeric, categorical or text")
        repeated = sorted({name for name in self.columns if self.columns.count(name) > 1})
        if repeated:
            raise inconsistent(f"each column once; repeated: {', '.join(repeated)}")
        return self
