"""The columns that predictions are made from."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from inspect import getdoc
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias, get_args

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, RootModel, Tag, model_validator
from pydantic_core import CoreSchema

from mtl.extensions import FEATURES
from mtl.hints import did_you_mean
from mtl.spec.section import Section, inconsistent

ColumnType = Literal["numeric", "text", "boolean", "date", "any"]
"""What the cells of a column are, as its file has them."""


class AllOfType(Section):
    """Every column of a type that no other key of the spec uses: `{all: numeric, but: [row_id]}`."""

    all: ColumnType = Field(description="the type of the columns; any: whatever their type")
    but: tuple[str, ...] = Field((), description="columns that are left out, by name or by pattern")

    def __str__(self) -> str:
        """What stands for it where there are no data yet."""
        return f"all {self.all}"


Entry: TypeAlias = str | AllOfType
"""A column's name, a pattern of names such as `fp_*`, or all columns of a type."""


class WrittenEntry(NamedTuple):
    """An entry with the kind of feature that it stands under, and the keys of the spec that lead to it."""

    key: tuple[str, ...]
    kind: str
    entry: Entry


def _form(written: object) -> str:
    """How columns are given. The words are in no spec, so that no one is taken for a key."""
    if isinstance(written, Mapping | AllOfType):
        return "_all"
    return "_name" if isinstance(written, str) else "_list"


def _form_in_list(written: object) -> str:
    return "_all" if isinstance(written, Mapping | AllOfType) else "_name"


def _without_empty(written: object) -> object:
    """`text:` with nothing behind it names no column."""
    if not isinstance(written, Mapping):
        return written
    return {kind: names for kind, names in written.items() if names is not None}


_Listed = Annotated[
    Annotated[str, Tag("_name")] | Annotated[AllOfType, Tag("_all")],
    Discriminator(_form_in_list),
]
Columns = Annotated[
    Annotated[str, Tag("_name")] | Annotated[AllOfType, Tag("_all")] | Annotated[tuple[_Listed, ...], Tag("_list")],
    Discriminator(_form),
]


class FeaturesSpec(RootModel[Annotated[Mapping[str, Columns], BeforeValidator(_without_empty)]]):
    """The columns that every task's prediction is made from, by kind: names, patterns, or all columns of a type."""

    model_config = ConfigDict(frozen=True)

    @property
    def by_kind(self) -> dict[str, tuple[str, ...]]:
        """The columns of each kind that has any; of entries that are no names, what stands for them."""
        listed: dict[str, list[str]] = {}
        for _, kind, entry in self.entries():
            listed.setdefault(kind, []).append(str(entry))
        return {kind: tuple(names) for kind, names in listed.items()}

    def entries(self) -> Iterator[WrittenEntry]:
        """What is written, in its order."""
        for kind, written in self.root.items():
            if not isinstance(written, tuple):
                yield WrittenEntry(("features", kind), kind, written)
                continue
            for position, entry in enumerate(written):
                yield WrittenEntry(("features", kind, str(position)), kind, entry)

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
        one = [{"type": "string"}, _all_schema()]
        columns = {"anyOf": [*one, {"type": "array", "items": {"anyOf": one}}, {"type": "null"}]}
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


def _all_schema() -> dict[str, Any]:
    """The mapping, written out: a key of a kind of feature has no place for shared definitions."""
    fields = AllOfType.model_fields
    return {
        "type": "object",
        "description": AllOfType.__doc__,
        "properties": {
            "all": {"enum": list(get_args(ColumnType)), "description": fields["all"].description},
            "but": {"type": "array", "items": {"type": "string"}, "description": fields["but"].description},
        },
        "required": ["all"],
        "additionalProperties": False,
    }
