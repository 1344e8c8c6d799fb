"""What every section of a spec is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError, core_schema

from mtl.catalog import Catalog

Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
Fraction = Annotated[float, Field(ge=0.0, le=1.0)]


class Section(BaseModel):
    """A section of a spec: immutable, and no key that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True)
class NameIn:
    """Marks a string as a name in a catalog: `Annotated[str, NameIn(TEXT_ENCODERS)]`. No entry is imported."""

    catalog: Catalog[Any]

    def __get_pydantic_core_schema__(self, source: type, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Refuse other names as a literal type does."""
        return core_schema.no_info_after_validator_function(self._known, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: Callable[[CoreSchema], Any]) -> dict[str, Any]:
        """The names, for editors."""
        return {"type": "string", "enum": list(self.catalog.names)}

    def _known(self, name: str) -> str:
        known = self.catalog.names
        if name not in known:
            raise PydanticKnownError("literal_error", {"expected": ", ".join(map(repr, known))})
        return name


def inconsistent(message: str, *key: str) -> PydanticCustomError:
    """A mistake that no type can rule out, at `key` below the section that finds it."""
    return PydanticCustomError("inconsistent", "{message}", {"message": message, "key": key})
