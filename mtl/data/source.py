"""The contract of a data source: an entry of `mtl/data/sources/`."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from pathlib import Path
from types import GenericAlias
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import ConfigDict, TypeAdapter

from mtl.jsonable import EXACT

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Source(ABC):
    """Where the rows of a study come from: a frozen dataclass of what a spec says about it.

    A source of one field is given its value alone, `path: rows.csv`; one of several, a mapping of them.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    @abstractmethod
    def read(self, cache: Path) -> "pd.DataFrame":
        """All rows; `cache` keeps what is fetched.

        Raises:
            SpecError: there is nothing to read, or it is not of the source's kind.
            Exception: any other says in its message why the rows cannot be read.
        """

    def column_names(self) -> tuple[str, ...] | None:
        """The names of its columns, where they are known without reading the rows; None where they are not."""
        return None

    @property
    @abstractmethod
    def place(self) -> str:
        """Where the rows come from, for people; no secret in it."""

    def below(self, folder: Path) -> Self:
        """The same with relative paths resolved against the spec's folder."""
        return self

    @classmethod
    def of(cls, name: str, value: object) -> Self:
        """From what a spec says under the source's name.

        Raises:
            ValidationError: it is something else.
        """
        first, *others = fields(cls)
        by_name: Any = GenericAlias(dict, (str, cls))
        given = {name: value if others else {first.name: value}}
        source: Self = TypeAdapter(by_name).validate_python(given)[name]
        return source

    def plain(self) -> object:
        """The inverse of `of`."""
        given = TypeAdapter(type(self)).dump_python(self, mode="json")
        return given if len(given) > 1 else next(iter(given.values()))
