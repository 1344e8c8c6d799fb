"""An entry of a list such as `schemes:` or `sharing:`: a name of a catalog, with options."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from mtl.catalog import Catalog
from mtl.hints import expected_one_of
from mtl.options import not_default
from mtl.spec.option_schema import entry_schema
from mtl.spec.section import Section, inconsistent


class CatalogEntry(Section):
    """`- equal`, or `- {name: cagrad, c: 0.4}`; the catalog is the subclass's.

    The options are held to their types by `mtl.spec.consistency`, because some of them name the tasks of the spec.
    """

    catalog: ClassVar[Catalog[type]]

    name: str = Field(description="its name in the catalog")
    options: Mapping[str, Any] = Field({}, description="what it may be told")

    @model_validator(mode="before")
    @classmethod
    def _from_shorthand(cls, entry: Any) -> Any:  # noqa: ANN401  # plain values
        """`- equal` for `- {name: equal}`, and options beside the name."""
        if isinstance(entry, str):
            return {"name": entry}
        if isinstance(entry, Mapping) and "name" in entry and "options" not in entry:
            return {"name": entry["name"], "options": {key: value for key, value in entry.items() if key != "name"}}
        return entry

    @model_validator(mode="after")
    def _known(self) -> "CatalogEntry":
        if self.name not in self.catalog.names:
            raise inconsistent(expected_one_of(self.catalog.names, self.name), "name")
        return self

    @property
    def kind(self) -> type:
        """The class of the entry that is named."""
        return self.catalog.get(self.name)

    @property
    def label(self) -> str:
        """The name, and the options that are not the default: `cagrad(c=0.4)`."""
        if not self.options:
            return self.name
        options = ", ".join(f"{name}={value}" for name, value in not_default(self.kind, self.options).items())
        return f"{self.name}({options})" if options else self.name

    def __str__(self) -> str:
        """Its label."""
        return self.label

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """What the catalog has, for editors. Its entries are imported now and not with the spec, which they import."""
        return entry_schema(cls.__name__, str(cls.__doc__), dict(cls.catalog.items()))
