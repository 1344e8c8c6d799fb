"""The columns that predictions are made from."""

from collections import Counter
from collections.abc import Callable, Mapping
from inspect import getdoc
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Discriminator, RootModel, Tag, model_validator
from pydantic_core import CoreSchema

from mtl.extensions import FEATURES
from mtl.hints import did_you_mean
from mtl.spec.section import inconsistent


def _form(written: object) -> str:
    return "one" if isinstance(written, str) else "list"


def _without_empty(written: object) -> object:
    """`text:` with nothing behind it names no column."""
    if not isinstance(written, Mapping):
        return written
    return {kind: names for kind, names in written.items() if names is not None}


Columns = Annotated[
    Annotated[str, Tag("one")] | Annotated[tuple[str, ...], Tag("list")],
    Discriminator(_form),
]


class FeaturesSpec(RootModel[Annotated[Mapping[str, Columns], BeforeValidator(_without_empty)]]):
    """The columns that every task's prediction is made from, by kind: a list of names, or one name."""

    model_config = ConfigDict(frozen=True)

    @property
    def by_kind(self) -> dict[str, tuple[str, ...]]:
        """The columns of each kind that has any."""
        listed = {kind: (names,) if isinstance(names, str) else names for kind, names in self.root.items()}
        return {kind: names for kind, names in listed.items() if names}

    @property
    def columns(self) -> tuple[str, ...]:
        """All feature columns, in the order in which they are written."""
        return tuple(name for names in self.by_kind.values() for name in names)

    @model_validator(mode="after")
    def _known_some_and_distinct(self) -> "FeaturesSpec":
        kinds = FEATURES.names
        for kind in self.root:
            if kind not in kinds:
                raise inconsistent(f"unknown key; {did_you_mean(kind, kinds)}allowed: {', '.join(kinds)}", kind)
        if not self.columns:
            raise inconsistent(f"name at least one column under {', '.join(kinds[:-1])} or {kinds[-1]}")
        repeated = sorted(name for name, count in Counter(self.columns).items() if count > 1)
        if repeated:
            raise inconsistent(f"each column once; repeated: {', '.join(repeated)}")
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: Callable[[CoreSchema], Any]) -> dict[str, Any]:
        """A key for each kind of feature, for editors."""
        columns = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}, {"type": "null"}]}
        return {
            "title": cls.__name__,
            "description": cls.__doc__,
            "type": "object",
            "properties": {
                kind: {**columns, "default": [], "description": (getdoc(feature) or "").partition("\n")[0]}
                for kind, feature in FEATURES.items()
            },
            "additionalProperties": False,
        }
