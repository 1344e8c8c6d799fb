"""From YAML text to a `Spec`; every mistake is one line that names the file, the line, the key and what is allowed."""

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from mtl.errors import SpecError, UserError
from mtl.spec.model import Part, Spec

Lines = Mapping[tuple[str, ...], int]


def load_spec(path_or_example: str | Path, examples: Mapping[str, Path] | None = None) -> Spec:
    """Read a spec from a path, or from the name of a shipped example.

    Raises:
        UserError: no such file and no such example.
        SpecError: the file is not a valid spec.
    """
    named = (examples or {}).get(str(path_or_example))
    path = named or Path(path_or_example)
    if not path.is_file():
        known = ", ".join(sorted(examples or {}))
        raise UserError(f"SPEC: no file '{path_or_example}'; give a path to a YAML file or an example: {known}")
    return parse_spec(path.read_text(encoding="utf-8"), path.name, path.parent)


def parse_spec(text: str, file: str = "spec", folder: Path | None = None) -> Spec:
    """Parse YAML text. `file` names it in messages; relative data paths are resolved against `folder`.

    Raises:
        SpecError: one line per mistake.
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        raw = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SpecError(f"{file}:{line}: not YAML: {error.problem}") from error
    if not isinstance(raw, dict):
        raise SpecError(f"{file}:1: a spec is a mapping of keys; allowed: {', '.join(Spec.model_fields)}")
    lines = dict(_lines(node, ())) if node else {}
    duplicates = list(_duplicate_keys(node))
    if duplicates:
        raise SpecError(f"{file}:{duplicates[0][1]}: key '{duplicates[0][0]}' stands twice")
    try:
        spec = Spec.model_validate(raw)
    except ValidationError as error:
        raise SpecError("\n".join(_explain(detail, raw, lines, file) for detail in error.errors())) from error
    return _placed(spec, lines, file, folder)


def _placed(spec: Spec, lines: Lines, file: str, folder: Path | None) -> Spec:
    if spec.data.path is not None and folder is not None:
        absolute = (folder / spec.data.path).resolve()
        spec = spec.model_copy(update={"data": spec.data.model_copy(update={"path": absolute})})
    spec._lines = lines
    spec._file = file
    return spec


def _lines(node: yaml.Node, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    """The line, from 1, of every key path."""
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            below = (*path, str(key.value))
            yield from _lines(value, below)
            yield below, key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _lines(value, (*path, str(index)))


def _duplicate_keys(node: yaml.Node | None) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield key.value, key.start_mark.line + 1
            seen.add(key.value)
            yield from _duplicate_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _duplicate_keys(value)


def _explain(detail: ErrorDetails, raw: Mapping[str, Any], lines: Lines, file: str) -> str:
    """One line for one mistake."""
    keys = _keys_of(detail["loc"], raw)
    where = next(lines[keys[:end]] for end in range(len(keys), -1, -1) if keys[:end] in lines)
    return f"{file}:{where}: {'.'.join(keys) or 'spec'}: {_problem(detail, keys)}"


def _keys_of(loc: tuple[int | str, ...], raw: Any) -> tuple[str, ...]:  # noqa: ANN401  # raw YAML
    """The error's location without pydantic's own markers (union tags, '[key]'), which no user wrote."""
    keys: list[str] = []
    value = raw
    for part in loc:
        inside = isinstance(value, Mapping) and part in value
        inside = inside or (isinstance(value, list) and isinstance(part, int) and part < len(value))
        if inside:
            value = value[part]
            keys.append(str(part))
    if loc and str(loc[-1]) not in (*keys[-1:], "[key]") and isinstance(loc[-1], str):
        keys.append(loc[-1])
    return tuple(keys)


def _problem(detail: ErrorDetails, keys: tuple[str, ...]) -> str:
    match detail["type"]:
        case "extra_forbidden":
            allowed = _allowed(detail["loc"])
            close = difflib.get_close_matches(keys[-1], allowed, n=1)
            hint = f"did you mean '{close[0]}'? " if close else ""
            return f"unknown key; {hint}allowed: {', '.join(allowed)}"
        case "missing":
            return "this key is required"
        case "value_error":
            return str(detail["ctx"]["error"]) if "ctx" in detail else detail["msg"]
        case _:
            message = detail["msg"][0].lower() + detail["msg"][1:]
            return f"{message}; got {_shown(detail['input'])}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _allowed(loc: tuple[int | str, ...]) -> list[str]:
    """The fields of the part that holds the unknown key, found by walking the model's types."""
    kind: Any = Spec
    for part in loc[:-1]:
        kind = _below(kind, part)
    return list(kind.model_fields) if isinstance(kind, type) and issubclass(kind, BaseModel) else []


def _below(kind: Any, part: int | str) -> Any:  # noqa: ANN401  # a type expression
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind.model_fields[str(part)].annotation
    options = [option for option in get_args(kind) if isinstance(option, type) and issubclass(option, BaseModel)]
    tagged = [o for o in options if "by" in o.model_fields and part in get_args(o.model_fields["by"].annotation)]
    return (tagged or options or [Part])[0]
