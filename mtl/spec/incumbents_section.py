"""The models that are in use now, which a candidate must beat beside the baselines."""

import re
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from mtl.shown import shortened
from mtl.spec.section import Section, inconsistent
from mtl.storage import resolved

MODEL_URI = r"^models:/([^/@\x00-\x1f\x7f]{1,256})(?:/([1-9][0-9]{0,9})|@([A-Za-z0-9_\-.]{1,256}))$"

EXPECTED = "expected models:/NAME/VERSION or models:/NAME@ALIAS"
"""A registered model, by version or by alias."""


class IncumbentSpec(Section):
    """The model that answers a task now, any that MLflow has: its address, or a mapping of that and what is known."""

    model: str = Field(description="models:/NAME/VERSION, or models:/NAME@ALIAS, which is looked up at the start")
    output: str | None = Field(None, description="column of its answer; by default the task's, or its only one")
    trained_before: date | None = Field(None, description="it was trained on rows before this day alone")
    time: str | None = Field(None, description="column that trained_before is about; by default the time split's")
    trained_on_keys: Path | None = Field(None, description="file of the keys of the rows that it was trained on")
    env_manager: Literal["local", "virtualenv", "uv", "conda"] = Field(
        "local", description="what makes its environment; local: it is loaded in this program's"
    )
    seconds: float = Field(300.0, gt=0.0, le=86400.0, description="for which its answers are awaited")

    @model_validator(mode="before")
    @classmethod
    def _from_address(cls, written: object) -> object:
        """`spend: models:/spend/7` for `spend: {model: models:/spend/7}`."""
        return {"model": written} if isinstance(written, str) else written

    @model_validator(mode="after")
    def _sound(self) -> "IncumbentSpec":
        if not re.match(MODEL_URI, self.model):
            raise inconsistent(f"{EXPECTED}; got '{shortened(self.model)}'", "model")
        if self.trained_before is not None and self.trained_on_keys is not None:
            raise inconsistent("give trained_before or trained_on_keys, not both", "trained_on_keys")
        if self.time is not None and self.trained_before is None:
            raise inconsistent("it says what trained_before is about, which is not given", "time")
        return self

    def below(self, folder: Path) -> "IncumbentSpec":
        """The same with a relative path resolved against a folder."""
        keys = self.trained_on_keys
        return self.model_copy(update={"trained_on_keys": resolved(folder, keys)}) if keys else self

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """An address alone, or the mapping."""
        mapping = handler.resolve_ref_schema(handler(schema))
        return {"anyOf": [{"type": "string", "pattern": MODEL_URI}, mapping], "description": str(cls.__doc__)}
