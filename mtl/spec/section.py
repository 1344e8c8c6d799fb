"""What every section of a spec is."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError, core_schema

from mtl.catalog import Catalog
from mtl.names import LONGEST_NAME

Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=LONGEST_NAME)]
"""Of a study or a task: names of files and of MLflow's metrics are made of it, which have limits."""

Fraction = Annotated[float, Field(ge=0.0, le=1.0)]


class Section(BaseModel):
    """A section of a spec: immutable, and no key that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True)
class NamesOf:
    """Lists a catalog's names in the JSON Schema of the text that it annotates, with what each is, for editors."""

    catalog: Catalog[Any]

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The text's schema with the names; every entry is imported."""
        described = {name: str(entry.__doc__).partition("\n")[0] for name, entry in self.catalog.items()}
        return {**handler(schema), "enum": list(described), "enumDescriptions": list(described.values())}


@dataclass(frozen=True)
class NameIn(NamesOf):
    """Holds a text to a catalog's names, too: `Annotated[str, NameIn(TEXT_ENCODERS)]`. No entry is imported."""

    def __get_pydantic_core_schema__(self, source: type, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Refuse other names as a literal type does."""
        return core_schema.no_info_after_validator_function(self._known, handler(source))

    def _known(self, name: str) -> str:
        known = self.catalog.names
        if name not in known:
            raise PydanticKnownError("literal_error", {"expected": ", ".join(map(repr, known))})
        return name


def inconsistent(message: str, *key: str) -> PydanticCustomError:
    """A mistake that no type can rule out, at `key` below the section that finds it."""
    return PydanticCustomError("inconsistent", "{message}", {"message": message, "key": key})
