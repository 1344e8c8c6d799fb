"""Where the rows of a study come from."""

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from mtl.spec.section import Section, inconsistent


class DataSpec(Section):
    """Where the rows come from: exactly one of `example` and `path`."""

    example: Literal["reviews", "flights", "health"] | None = Field(None, description="the reader of a shipped example")
    path: Path | None = Field(None, description=".csv, .tsv or .parquet; relative to the spec's folder")
    key: tuple[str, ...] = Field(min_length=1, description="columns that together name a row; unique")

    @model_validator(mode="after")
    def _one_source(self) -> "DataSpec":
        if (self.example is None) == (self.path is None):
            raise inconsistent("give exactly one of 'example' and 'path'")
        return self
