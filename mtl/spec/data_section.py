"""Where the rows of a study come from."""

import codecs
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, model_validator

from mtl.extensions import SOURCES
from mtl.hints import did_you_mean
from mtl.spec.section import Section, inconsistent

if TYPE_CHECKING:
    from mtl.data.source import Source


def _describe_sources(schema: dict[str, Any]) -> None:
    """Add a key for each source, for editors."""
    for name, source in SOURCES.items():
        whole = TypeAdapter(source).json_schema()
        fields = {key: value for key, value in whole["properties"].items() if key not in source.beside}
        value = {**whole, "properties": fields} if len(fields) > 1 else next(iter(fields.values()))
        schema["properties"][name] = {**value, "default": None, "description": source.__doc__}
    schema["additionalProperties"] = False


def _known_encoding(name: str) -> str:
    try:
        codecs.lookup(name)
    except LookupError:
        raise inconsistent(
            f"no such encoding as {name!r}; expected utf-8, utf-16, latin-1, cp1252 or the like"
        ) from None
    return name


Encoding = Annotated[str, AfterValidator(_known_encoding)]


class DataSpec(Section):
    """Where the rows come from: the name of exactly one source, with what it asks for."""

    model_config = ConfigDict(extra="allow", json_schema_extra=_describe_sources)

    key: tuple[str, ...] = Field(
        (), description="columns that together name a row, unique; absent: a row is known by what it holds"
    )
    missing: tuple[str | int | float, ...] = Field(
        (), description="what a cell of a feature or a label holds in place of a missing value, such as NA or -999"
    )
    separator: str | None = Field(
        None, min_length=1, max_length=1, description="between two cells of a text file; absent: as its suffix says"
    )
    decimal: Literal[".", ","] | None = Field(None, description="before the decimals in a text file; absent: a point")
    encoding: Encoding | None = Field(None, description="of the characters of a text file; absent: utf-8")
    dates: Mapping[str, str] = Field(
        {}, description="by column, how its dates are written if not as ISO 8601 says: %d.%m.%Y for 31.12.2024"
    )

    in_memory_mb: int = Field(
        512,
        ge=0,
        description="MiB up to which a table is held in memory as a whole; a larger one is read, checked and prepared"
        " column by column, to the same results",
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        for name in self.model_extra or {}:
            if name not in SOURCES.names:
                allowed = (*SOURCES.names, *type(self).model_fields)
                hint = did_you_mean(name, allowed)
                raise inconsistent(f"unknown key; {hint}allowed: {', '.join(allowed)}", name)
        if len(self._given) != 1:
            raise inconsistent(f"give exactly one of {' and '.join(map(repr, SOURCES.names))}")
        for name in self._beside:
            if name not in SOURCES.get(self.source_name).beside:
                raise inconsistent(f"of text files alone; remove it, for the rows come from {self.source_name}", name)
        _ = self.source  # what is no source is a mistake here
        return self

    @property
    def in_memory_bytes(self) -> int:
        """Bytes up to which a table is held in memory as a whole."""
        return self.in_memory_mb << 20

    @property
    def source_name(self) -> str:
        """The name of the source."""
        return next(iter(self._given))

    @property
    def source(self) -> "Source":
        """What reads the rows."""
        return SOURCES.get(self.source_name).of(self.source_name, self._given[self.source_name], self._beside)

    def below(self, folder: Path) -> Self:
        """The same with relative paths resolved against a folder."""
        return self.model_copy(update={self.source_name: self.source.below(folder).plain()})

    @property
    def _beside(self) -> dict[str, object]:
        """What is said of how the rows are written."""
        said = {name: getattr(self, name) for name in ("separator", "decimal", "encoding")}
        return {name: value for name, value in said.items() if value is not None}

    @property
    def _given(self) -> dict[str, Any]:
        return {name: value for name, value in (self.model_extra or {}).items() if value is not None}
