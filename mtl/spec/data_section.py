"""Where the rows of a study come from."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pydantic import ConfigDict, Field, TypeAdapter, model_validator

from mtl.extensions import SOURCES
from mtl.hints import did_you_mean
from mtl.spec.section import Section, inconsistent

if TYPE_CHECKING:
    from mtl.data.source import Source


def _describe_sources(schema: dict[str, Any]) -> None:
    """Add a key for each source, for editors."""
    for name, source in SOURCES.items():
        whole = TypeAdapter(source).json_schema()
        fields = whole["properties"]
        value = whole if len(fields) > 1 else next(iter(fields.values()))
        schema["properties"][name] = {**value, "default": None, "description": source.__doc__}
    schema["additionalProperties"] = False


class DataSpec(Section):
    """Where the rows come from: the name of exactly one source, with what it asks for."""

    model_config = ConfigDict(extra="allow", json_schema_extra=_describe_sources)

    key: tuple[str, ...] = Field(
        (), description="columns that together name a row, unique; absent: a row is known by what it holds"
    )
    missing: tuple[str | int | float, ...] = Field(
        (), description="what a cell of a feature or a label holds in place of a missing value, such as NA or -999"
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        for name in self.model_extra or {}:
            if name not in SOURCES.names:
                allowed = (*SOURCES.names, "key", "missing")
                hint = did_you_mean(name, allowed)
                raise inconsistent(f"unknown key; {hint}allowed: {', '.join(allowed)}", name)
        if len(self._given) != 1:
            raise inconsistent(f"give exactly one of {' and '.join(map(repr, SOURCES.names))}")
        _ = self.source  # what is no source is a mistake here
        return self

    @property
    def source_name(self) -> str:
        """The name of the source."""
        return next(iter(self._given))

    @property
    def source(self) -> "Source":
        """What reads the rows."""
        return SOURCES.get(self.source_name).of(self.source_name, self._given[self.source_name])

    def below(self, folder: Path) -> Self:
        """The same with relative paths resolved against a folder."""
        return self.model_copy(update={self.source_name: self.source.below(folder).plain()})

    @property
    def _given(self) -> dict[str, Any]:
        return {name: value for name, value in (self.model_extra or {}).items() if value is not None}
