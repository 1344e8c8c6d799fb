"""YAML text → plain values, with the line that each key stands on."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from mtl.errors import SpecError

Path = tuple[str, ...]
"""The keys that lead to a value, positions in a list among them: `("tasks", "ill", "kind")`."""

_TIMESTAMP = "tag:yaml.org,2002:timestamp"


class _Loader(yaml.SafeLoader):
    """Dates stay text: what reads them afterwards can say which key holds a bad one; YAML's own reader cannot.

    `2e-3` is a number, as in YAML 1.2: YAML 1.1 takes it for text.
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
        line = next((self.lines[path[:end]] for end in range(len(path), -1, -1) if path[:end] in self.lines), 1)
        return f"{self.file}:{line}"


def read_document(text: str, file: str) -> Document:
    """Read YAML text.

    Raises:
        SpecError: it is not YAML, or a key stands twice.
    """
    try:
        node = yaml.compose(text, Loader=_Loader)
        content = yaml.load(text, Loader=_Loader)
        lines = dict(_lines(node, ())) if node else {}
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SpecError(f"{file}:{line}: not YAML: {error.problem}") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise SpecError(f"{file}:{line}: not YAML: character {error.character:#x} is not allowed") from error
    except (ValueError, RecursionError) as error:
        raise SpecError(f"{file}:1: not YAML that can be read: {error}") from error
    twice = [f"{file}:{line}: {'.'.join(path)}: this key stands twice" for path, line in _repeated(node, ())]
    if twice:
        raise SpecError("\n".join(twice))
    return Document(file, content, lines)


def _children(node: yaml.Node | None) -> Iterator[tuple[str, int, yaml.Node]]:
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


def _repeated(node: yaml.Node | None, path: Path) -> Iterator[tuple[Path, int]]:
    seen: set[str] = set()
    for key, line, value in _children(node):
        if key in seen:
            yield (*path, key), line
        seen.add(key)
        yield from _repeated(value, (*path, key))
