"""The JSON Schema of a catalog's entries: their names, and of each the options with types, ranges and defaults."""

from collections.abc import Mapping
from dataclasses import MISSING, Field
from typing import Any, get_args

from pydantic import TypeAdapter

from mtl.entry_docs import described, summary
from mtl.options import PER_TASK, option_types, settable

Schema = dict[str, Any]


def entry_schema(title: str, description: str, kinds: Mapping[str, type]) -> Schema:
    """A name, where every option may be left out, or a mapping of a name and options beside it or under `options`."""
    short = [name for name, kind in kinds.items() if not _required(kind)]
    return {
        "title": title,
        "description": description,
        "anyOf": [{"enum": short}, *(_mapping(name, kind) for name, kind in kinds.items())],
    }


def _mapping(name: str, kind: type) -> Schema:
    types, texts, required = option_types(kind), described(kind), _required(kind)
    options = {
        option.name: {**_option(option, types[option.name]), "description": texts.get(option.name, option.name)}
        for option in settable(kind)
    }
    nested = {"type": "object", "properties": options, "required": required, "additionalProperties": False}
    schema: Schema = {
        "type": "object",
        "description": summary(kind),
        "properties": {"name": {"const": name}, **options, "options": nested},
        "required": ["name"],
        "additionalProperties": False,
    }
    return {**schema, "anyOf": [{"required": required}, {"required": ["options"]}]} if required else schema


def _option(option: "Field[Any]", kind: Any) -> Schema:  # noqa: ANN401  # a type expression
    if option.metadata == PER_TASK:
        each, *_ = get_args(kind)
        return {"type": "object", "additionalProperties": _plain(each)}
    default = {} if option.default is MISSING else {"default": option.default}
    return {**_plain(kind), **default}


def _plain(kind: Any) -> Schema:  # noqa: ANN401  # a type expression
    return TypeAdapter(kind).json_schema()


def _required(kind: type) -> list[str]:
    return [option.name for option in settable(kind) if option.default is MISSING]
