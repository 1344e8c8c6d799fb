"""Values by name, each in a file of its own: how the program is extended by one file.

A catalog's package holds a module for each entry, and the module's name is the entry's: what there is is known from
the names of files, and an entry is imported when it is asked for. The class in the module registers itself:

    @SCHEMES.register
    class Equal(StatelessScheme): …
"""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Generic, TypeVar

from mtl.errors import SpecError
from mtl.hints import did_you_mean

T = TypeVar("T")
E = TypeVar("E")


def entry_name(entry: object) -> str:
    """The name of a catalog's entry, a class or a value of it: that of its module."""
    return entry.__module__.rpartition(".")[2]


class Catalog(Generic[T]):
    """The entries of one package by the names of their modules."""

    def __init__(self, idea: str, package: str) -> None:
        """`idea`: what an entry is, for messages. `package`: the package whose modules are the entries."""
        self.idea, self.package = idea, package
        self._entries: dict[str, T] = {}

    def register(self, entry: E) -> E:
        """Enter a class under the name of its module, and return it: a decorator.

        Raises:
            ValueError: the module has an entry already.
        """
        name = entry_name(entry)
        if name in self._entries:
            raise ValueError(f"{entry.__module__} has two entries; each {self.idea} has a file of its own")
        self._entries[name] = entry  # type: ignore[assignment]  # what a catalog holds is said where it is declared
        return entry

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all entries, sorted; none is imported."""
        return tuple(sorted(found.name for found in iter_modules(import_module(self.package).__path__)))

    def get(self, name: str) -> T:
        """The entry of a name.

        Raises:
            SpecError: there is none; the message says which there are.
            ValueError: its module registers nothing.
        """
        if name not in self._entries:
            self._import(name)
        return self._entries[name]

    def items(self) -> Iterator[tuple[str, T]]:
        """Every name with its entry, which is imported."""
        return ((name, self.get(name)) for name in self.names)

    def _import(self, name: str) -> None:
        known = self.names
        if name not in known:
            raise SpecError(f"no {self.idea} '{name}'; {did_you_mean(name, known)}allowed: {', '.join(known)}")
        module = import_module(f"{self.package}.{name}")
        if name not in self._entries:
            raise ValueError(f"{module.__file__} registers no {self.idea}; decorate its class by `register`")
