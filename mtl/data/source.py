"""The contract of a data source: an entry of `mtl/data/sources/`."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from types import GenericAlias
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import ConfigDict, TypeAdapter

from mtl.jsonable import EXACT

if TYPE_CHECKING:
    import pandas as pd

    from mtl.data.column_reader import ColumnReader


@dataclass(frozen=True)
class Source(ABC):
    """Where the rows of a study come from: a frozen dataclass of what a spec says about it.

    A source of one field is given its value alone, `path: rows.csv`; one of several, a mapping of them.

    Attributes:
        beside: fields that are no part of this value: keys of `data` itself, which say how the rows are written.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    beside: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def read(self, cache: Path) -> "pd.DataFrame":
        """All rows; `cache` keeps what is fetched.

        Raises:
            SpecError: there is nothing to read, or it is not of the source's kind.
            Exception: any other says in its message why the rows cannot be read.
        """

    def by_column(self, cache: Path, scratch: Path, in_memory: int) -> "ColumnReader | None":
        """What reads the columns one by one, of a table of more than `in_memory` bytes; raises what `read` does.

        None for a smaller table, and where the source has no way to do so. `scratch`: an empty folder.
        """
        return None

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
    def of(cls, name: str, value: object, beside: Mapping[str, object] | None = None) -> Self:
        """From what a spec says under the source's name, and beside it.

        Raises:
            ValidationError: it is something else.
        """
        first, *others = cls._own()
        by_name: Any = GenericAlias(dict, (str, cls))
        source: Self = TypeAdapter(by_name).validate_python({name: value if others else {first: value}})[name]
        return replace(source, **beside) if beside else source

    def plain(self) -> object:
        """The inverse of `of`, without what stands beside."""
        given = TypeAdapter(type(self)).dump_python(self, mode="json", include=set(self._own()))
        return given if len(given) > 1 else next(iter(given.values()))

    @classmethod
    def _own(cls) -> list[str]:
        return [field.name for field in fields(cls) if field.name not in cls.beside]
