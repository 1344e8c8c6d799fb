"""YAML text → plain values, with the line that each key stands on."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import yaml

from mtl.errors import SpecError
from mtl.shown import reason_of

Path = tuple[str, ...]
"""The keys that lead to a value, positions in a list among them: `("tasks", "ill", "kind")`."""

MOST_CHARACTERS, DEEPEST = 1_000_000, 50
"""Of a spec. One of 5,000 columns with a check each has half as many, nested 5 deep."""

SEPARATOR = 4
"""Characters that stand between a value and the next, or about as many."""

MOST_DIGITS = 1000
"""Of a whole number in a spec."""

UNREADABLE = (yaml.YAMLError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""What YAML's reader lets through, for a value that is not of the type that it is tagged with among them."""

_INT = "tag:yaml.org,2002:int"
_TIMESTAMP = "tag:yaml.org,2002:timestamp"


class _Loader(yaml.CSafeLoader):
    """libyaml's, which is ten times as fast as Python's.

    Dates stay text: what reads them afterwards can say which key holds a bad one; YAML's own reader cannot. `2e-3` is a
    number, as in YAML 1.2: YAML 1.1 takes it for text.
    """


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _TIMESTAMP]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?[0-9]+(\.[0-9]*)?[eE][-+]?[0-9]+$"), list("-+0123456789")
)


@dataclass(frozen=True)
class Document:
    """What a YAML text says, and where.

    Attributes:
        file: its name in messages.
        content: plain values.
        lines: the line, from 1, of every key.
    """

    file: str
    content: Any
    lines: Mapping[Path, int]

    def place(self, path: Path) -> str:
        """`file:line` of a key; of the nearest enclosing one where it was not written."""
        return f"{self.file}:{self.line(path)}"

    def written(self, path: Path) -> Path:
        """The key, or the nearest enclosing one that was written; none of a text without any."""
        return next((path[:end] for end in range(len(path), 0, -1) if path[:end] in self.lines), ())

    def line(self, path: Path) -> int:
        """The line alone."""
        return next((self.lines[path[:end]] for end in range(len(path), -1, -1) if path[:end] in self.lines), 1)

    def standing_for(self, written: Mapping[Path, Path]) -> "Document":
        """The same, for keys that stand for others: `written` gives for each the key that was written."""
        return replace(self, lines={**self.lines, **{key: self.line(stood_for) for key, stood_for in written.items()}})


def read_document(text: str, file: str) -> Document:
    """Read YAML text.

    Raises:
        SpecError: it is not YAML, it is larger than any spec, or a key stands twice.
    """
    if len(text) > MOST_CHARACTERS:
        raise SpecError(f"{file}:1: expected at most {MOST_CHARACTERS:,} characters; got {len(text):,}")
    strange = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if strange:
        line = text.count("\n", 0, strange.start()) + 1
        raise SpecError(f"{file}:{line}: not YAML: character {ord(strange.group()):#x} is not allowed")
    try:
        return _read(text, file)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SpecError(f"{file}:{line}: not YAML: {error.problem}") from error
    except UNREADABLE as error:
        raise SpecError(f"{file}:1: not YAML that can be read: {reason_of(error)}") from error


def _read(text: str, file: str) -> Document:
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return Document(file, None, {})
        _measured(node, file, {})
        twice = [f"{file}:{line}: {'.'.join(path)}: this key stands twice" for path, line in _repeated(node, ())]
        if twice:
            raise SpecError("\n".join(twice))
        lines = dict(_lines(node, ()))  # before merged keys take their places among the others
        return Document(file, loader.construct_document(node), lines)
    finally:
        loader.dispose()


class _Extent(NamedTuple):
    """Of a node with all that it stands for: an alias counts as often as it is used."""

    characters: int
    depth: int


def _measured(node: yaml.Node, file: str, known: dict[int, _Extent | None]) -> _Extent:
    """How large a node is once every alias in it is written out, which a few lines can make endless."""
    if id(node) in known:
        found = known[id(node)]
        if found is None:
            raise SpecError(f"{_at(file, node)}: this alias stands within what it names")
        return found
    known[id(node)] = None
    if isinstance(node, yaml.ScalarNode):
        _require_usable(node, file)
    parts = [_measured(part, file, known) for part in _parts(node)]
    written = SEPARATOR + (len(node.value) if isinstance(node, yaml.ScalarNode) else 0)
    extent = _Extent(
        written + sum(part.characters for part in parts), 1 + max((part.depth for part in parts), default=0)
    )
    if extent.characters > MOST_CHARACTERS or extent.depth > DEEPEST:
        allowed = f"{MOST_CHARACTERS:,} characters, nested {DEEPEST} deep"
        raise SpecError(f"{_at(file, node)}: expected at most {allowed}, once every alias is written out")
    known[id(node)] = extent
    return extent


def _parts(node: yaml.Node) -> Iterator[yaml.Node]:
    """Keys and values of a mapping, entries of a list."""
    for entry in node.value if isinstance(node, yaml.CollectionNode) else ():
        yield from entry if isinstance(entry, tuple) else (entry,)


def _require_usable(node: yaml.ScalarNode, file: str) -> None:
    """No character that no file and no database holds, and no number that Python writes no more."""
    if node.tag == _INT and len(node.value) > MOST_DIGITS:
        raise SpecError(f"{_at(file, node)}: a number of {len(node.value):,} digits; expected at most {MOST_DIGITS:,}")
    found = re.search("[\x00\ud800-\udfff]", node.value)
    if found:
        raise SpecError(f"{_at(file, node)}: not YAML: character {ord(found.group()):#x} is not allowed")


def _at(file: str, node: yaml.Node) -> str:
    return f"{file}:{node.start_mark.line + 1}"


def _children(node: yaml.Node) -> Iterator[tuple[str, int, yaml.Node]]:
    """The key of each entry, its line, and its value."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield str(key.value), key.start_mark.line + 1, value
    elif isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            yield str(position), value.start_mark.line + 1, value


def _lines(node: yaml.Node, path: Path) -> Iterator[tuple[Path, int]]:
    for key, line, value in _children(node):
        yield (*path, key), line
        yield from _lines(value, (*path, key))


def _repeated(node: yaml.Node, path: Path) -> Iterator[tuple[Path, int]]:
    seen: set[str] = set()
    for key, line, value in _children(node):
        if key in seen:
            yield (*path, key), line
        seen.add(key)
        yield from _repeated(value, (*path, key))
