"""The weighting schemes that a study tries."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from mtl.spec.section import Section


class SchemeSpec(Section):
    """A weighting scheme by its catalog name, with its options."""

    name: str = Field(description="the scheme's name in the catalog")
    options: Mapping[str, Any] = Field({}, description="its hyperparameters")

    @property
    def label(self) -> str:
        """The name, and the options where there are any: `cagrad(c=0.4)`."""
        options = ", ".join(f"{name}={value}" for name, value in sorted(self.options.items()))
        return f"{self.name}({options})" if options else self.name


def _scheme_entry(entry: Any) -> Any:  # noqa: ANN401  # plain values
    """`- equal` for `- {name: equal}`, and options beside the name."""
    if isinstance(entry, str):
        return {"name": entry}
    if isinstance(entry, Mapping) and "name" in entry and "options" not in entry:
        return {"name": entry["name"], "options": {key: value for key, value in entry.items() if key != "name"}}
    return entry


SchemeEntry = Annotated[
    SchemeSpec,
    BeforeValidator(_scheme_entry),
    WithJsonSchema(
        {
            "title": "SchemeSpec",
            "description": "A weighting scheme: its catalog name, or a mapping of its name and its options.",
            "anyOf": [
                {"type": "string"},
                {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
            ],
        }
    ),
]
