"""A frozen value with some of its fields changed, by names that a test was given."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")


def changed(value: T, changes: Mapping[str, Any]) -> T:
    """As `dataclasses.replace`, which names what is no field."""
    return replace(value, **changes)
