"""Validation errors in a user's words: one line for each mistake, with the place, the key and what is allowed."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel, RootModel, ValidationError
from pydantic_core import ErrorDetails

from mtl.hints import did_you_mean
from mtl.spec.document import Document, Path

_LONGEST = 60

MOST_SHOWN, MOST_EXPLAINED = 20, 100
"""Mistakes that are told at a time, and of which the first in the spec are told."""

TAG = "by"
"""The key by which a part of a spec is told from the others of its union."""

_MAPPING = "expected keys with values; got {got}"
_REQUIRED = "this key is required"
_WORDS = {
    "inconsistent": "{message}",
    "missing": _REQUIRED,
    "union_tag_not_found": _REQUIRED,
    "tuple_type": "expected a list, such as [a, b]; got {got}",
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "dict_type": _MAPPING,
    "mapping_type": _MAPPING,
    "dataclass_type": _MAPPING,
    "unexpected_keyword_argument": "unknown key",
    "too_short": "expected at least {min_length}; got {got}",
    "string_pattern_mismatch": "expected a letter, then letters, digits and underscores; got {got}",
    "invalid_key": "a key must be text; got {got}: put it between quotation marks",
}
"""What to say of pydantic's kinds of error. The others' own words serve."""


def explain(error: ValidationError, spec: type[BaseModel], document: Document) -> dict[Path, str]:
    """What is wrong with `document`, which was to be a `spec`, by the keys that lead to it; in the order of its lines.

    Of hundreds of mistakes the first are put into words.
    """
    found: dict[Path, str] = {}
    for detail in error.errors():
        path = _path(detail, document.content)
        # A value that may be of several types is wrong once, not once for each of them.
        if path not in found and not _is_echo(detail):
            found[path] = _problem(detail, path, spec) if len(found) < MOST_EXPLAINED else ""
    return found


def places_in(error: ValidationError, content: object) -> list[Path]:
    """The keys that lead to what is wrong with plain values."""
    return [_path(detail, content) for detail in error.errors()]


def as_lines(found: Mapping[Path, str], document: Document) -> list[str]:
    """A line for each mistake, by the keys that lead to it, in the order in which they stand in the spec."""
    ordered = sorted(found.items(), key=lambda mistake: document.line(mistake[0]))
    lines = [f"{document.place(path)}: {'.'.join(path) or 'spec'}: {problem}" for path, problem in ordered if problem]
    hidden = len(found) - min(len(lines), MOST_SHOWN)
    return [*lines[:MOST_SHOWN], *([f"{document.file}: and {hidden} more mistakes"] if hidden else [])]


def _is_echo(detail: ErrorDetails) -> bool:
    """A list counts as too short once its entries are wrong: the entries are the mistake."""
    return detail["type"] == "too_short" and len(detail["input"]) >= detail["ctx"]["min_length"]


def _path(detail: ErrorDetails, content: Any) -> Path:  # noqa: ANN401  # plain values
    """The keys that lead to the mistake, without pydantic's own marks (union tags, '[key]'), which no user wrote."""
    keys: list[str] = []
    tagged = False
    for part in detail["loc"]:
        # pydantic puts the kind of split before what is wrong in it; `column` is a kind and a key.
        if isinstance(content, Mapping) and content.get(TAG) == part and not tagged:
            tagged = True
        elif isinstance(content, Mapping) and str(part) in (named := {str(key): key for key in content}):
            keys, content = [*keys, str(part)], content[named[str(part)]]
        elif isinstance(content, list) and isinstance(part, int) and part < len(content):
            keys, content = [*keys, str(part)], content[part]
    return (*keys, *_below(detail))


def _below(detail: ErrorDetails) -> Path:
    """Keys below the part that pydantic blames."""
    match detail["type"]:
        case "missing":
            return (str(detail["loc"][-1]),)
        case "union_tag_invalid" | "union_tag_not_found":
            return (str(detail["ctx"]["discriminator"]).strip("'"),)
        case "inconsistent":
            return tuple(detail["ctx"]["key"])
        case _:
            return ()


def _problem(detail: ErrorDetails, path: Path, spec: type[BaseModel]) -> str:
    kind, context = _kind(detail), detail.get("ctx", {})
    if kind == "extra_forbidden":
        allowed = _allowed(spec, detail["loc"])
        return f"unknown key; {did_you_mean(path[-1], allowed)}allowed: {', '.join(allowed)}"
    if kind == "union_tag_invalid":
        return _expected_one(context["expected_tags"], context["tag"])
    if kind == "literal_error":
        return _expected_one(context["expected"], detail["input"])
    got = _shown(detail["input"])
    if kind in _WORDS:
        return _WORDS[kind].format(got=got, **context)
    return f"{detail['msg'][0].lower()}{detail['msg'][1:]}; got {got}"


def _kind(detail: ErrorDetails) -> str:
    is_key = detail["loc"][-1:] == ("[key]",)
    return "invalid_key" if is_key and detail["type"] == "string_type" else detail["type"]


def _expected_one(listed: str, got: object) -> str:
    allowed = re.findall(r"'([^']*)'", listed)
    return f"expected one of {', '.join(allowed)}; {did_you_mean(got, allowed)}got {_shown(got)}"


def _shown(value: object) -> str:
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _allowed(spec: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """The keys of the part that holds the unknown one, found by walking the spec's types."""
    kind: Any = spec
    for part in loc[:-1]:
        kind = _part_of(kind, part)
    return list(kind.model_fields)


def _part_of(kind: Any, part: int | str) -> Any:  # noqa: ANN401  # a type expression
    if _is_model(kind):
        fields = kind.model_fields
        return (
            fields["root"].annotation
            if issubclass(kind, RootModel)
            else fields[str(part)].annotation
            if part in fields
            else kind
        )
    if isinstance(part, int) and get_origin(kind) is tuple:
        return get_args(kind)[0]
    options = list(_models(kind))
    return next((option for option in options if part in _tags(option)), options[0])


def _models(kind: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401  # a type expression
    """The parts of a spec that a type expression names."""
    if _is_model(kind):
        yield kind
    for inner in get_args(kind):
        yield from _models(inner)


def _tags(model: type[BaseModel]) -> set[Any]:
    """The constants by which a part is told from the others of its union."""
    return {tag for field in model.model_fields.values() for tag in get_args(field.annotation) if isinstance(tag, str)}


def _is_model(kind: Any) -> bool:  # noqa: ANN401  # a type expression
    return isinstance(kind, type) and issubclass(kind, BaseModel)
