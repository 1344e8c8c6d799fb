"""What every section of a spec is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError

from mtl.catalog import Catalog

Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
Fraction = Annotated[float, Field(ge=0.0, le=1.0)]


class Section(BaseModel):
    """A section of a spec: immutable, and no key that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True)
class NamesOf:
    """Lists a catalog's names in the JSON Schema of the text that it annotates, with what each is, for editors.

    `known_name` checks them.
    """

    catalog: Catalog[Any]

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The text's schema with the names; every entry is imported."""
        described = {name: str(entry.__doc__).partition("\n")[0] for name, entry in self.catalog.items()}
        return {**handler(schema), "enum": list(described), "enumDescriptions": list(described.values())}


def known_name(name: str, names: Sequence[str]) -> str:
    """The name, if it is one of those that there are.

    Raises:
        PydanticKnownError: it is not; the message says which there are.
    """
    if name not in names:
        raise PydanticKnownError("literal_error", {"expected": ", ".join(map(repr, names))})
    return name


def inconsistent(message: str, *key: str) -> PydanticCustomError:
    """A mistake that no type can rule out, at `key` below the section that finds it."""
    return PydanticCustomError("inconsistent", "{message}", {"message": message, "key": key})
