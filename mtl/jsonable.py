"""Frozen values as JSON, and back."""

from typing import Any, TypeVar

from pydantic import ConfigDict, TypeAdapter

T = TypeVar("T")

EXACT = ConfigDict(ser_json_inf_nan="strings", extra="forbid")
"""For `__pydantic_config__` of a dataclass: NaN and infinities survive the round trip, unknown keys do not."""


def to_json(value: Any) -> str:  # noqa: ANN401  # any dataclass of plain values
    """A dataclass of plain values as indented JSON."""
    return TypeAdapter(type(value)).dump_json(value, indent=2).decode()


def from_json(kind: type[T], text: str | bytes) -> T:
    """The value that `to_json` wrote.

    Raises:
        pydantic.ValidationError: text that is not such a value; a ValueError.
    """
    return TypeAdapter(kind).validate_json(text)
