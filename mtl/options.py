"""Options of a catalog's entry: a frozen dataclass whose fields a spec may set, and how it is made from them.

An entry that is no dataclass has none.

The range of an option is part of its type: `c: NonNegative = 0.5`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Annotated, Any, TypeVar, get_type_hints

import pydantic
from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from mtl.errors import SpecError
from mtl.hints import did_you_mean, expected_one_of

T = TypeVar("T")

LARGEST, MOST = 1e100, 1_000_000
"""Bounds of options that no one reaches but by a slip, such as 1e300 iterations."""

Positive = Annotated[float, pydantic.Field(gt=0.0, le=LARGEST, allow_inf_nan=False)]
NonNegative = Annotated[float, pydantic.Field(ge=0.0, le=LARGEST, allow_inf_nan=False)]
Fraction = Annotated[float, pydantic.Field(ge=0.0, le=1.0)]
Count = Annotated[int, pydantic.Field(ge=1, le=MOST)]
Experts = Annotated[int, pydantic.Field(ge=1, le=1024)]

PER_TASK: dict[str, Any] = {"per_task": True}
"""Field metadata: a spec gives a mapping task → value that names every task; the entry gets a tuple in task order."""

TASK_DEPTHS: dict[str, Any] = {"task_depths": True}
"""Field metadata: a spec does not give it; the entry gets the depth of each task in the task tree."""

EXACT_TYPES = ConfigDict(strict=True)
"""An option is not guessed from a value of another type: `yes` is no number, and 1.5 no count."""


class OptionError(SpecError):
    """An option that cannot be used.

    Attributes:
        option: its name.
        problem: what was expected and what came.
    """

    def __init__(self, option: str, problem: str) -> None:
        super().__init__(f"option '{option}': {problem}")
        self.option, self.problem = option, problem


def make(kind: type[T], options: Mapping[str, object], tasks: Sequence[str] = (), depths: Sequence[int] = ()) -> T:
    """An entry with the options that a spec gives; those left out take their default.

    Args:
        kind: the entry's class.
        options: values by name.
        tasks: task names, in the order of the losses.
        depths: depth of each task in the task tree, roots at 0.

    Raises:
        OptionError: an option that the entry does not have, one that is missing, or a value out of its range.
    """
    allowed = [option.name for option in settable(kind)]
    for option in options:
        if option not in allowed:
            raise OptionError(
                option, f"unknown key; {did_you_mean(option, allowed)}allowed: {', '.join(['name', *allowed])}"
            )
    types = option_types(kind)
    values = {option.name: _value(option, types[option.name], options, tasks) for option in settable(kind)}
    known = {option.name: tuple(depths) for option in _options(kind) if option.metadata == TASK_DEPTHS}
    return kind(**values, **known)


def settable(kind: type) -> list["Field[Any]"]:
    """The options that a spec may give."""
    return [option for option in _options(kind) if option.metadata != TASK_DEPTHS]


def option_types(kind: type) -> dict[str, Any]:
    """The type of each option, its range included."""
    return get_type_hints(kind, include_extras=True)


def plain_options(entry: object) -> dict[str, Any]:
    """An entry's options by name, for JSON; `make` reads them again."""
    return {option.name: getattr(entry, option.name) for option in settable(type(entry))}


def not_default(kind: type, options: Mapping[str, object]) -> dict[str, object]:
    """Those of some options that are not the default, sorted by name."""
    defaults = {option.name: option.default for option in settable(kind)}
    return {name: value for name, value in sorted(options.items()) if value != defaults.get(name, MISSING)}


def _options(kind: type) -> tuple["Field[Any]", ...]:
    return fields(kind) if is_dataclass(kind) else ()


def _value(
    option: "Field[Any]",
    kind: Any,  # noqa: ANN401  # a type expression
    options: Mapping[str, object],
    tasks: Sequence[str],
) -> object:
    if option.name not in options:
        if option.default is MISSING:
            raise OptionError(option.name, "this option is required")
        return option.default
    given = options[option.name]
    value = _in_task_order(option.name, given, tasks) if option.metadata == PER_TASK else given
    try:
        return TypeAdapter(kind, config=EXACT_TYPES).validate_python(value)
    except ValidationError as error:
        raise OptionError(option.name, _problem(error.errors()[0])) from None


def _problem(found: ErrorDetails) -> str:
    if found["type"] == "literal_error":
        return expected_one_of(re.findall(r"'([^']*)'", found["ctx"]["expected"]), found["input"])
    return f"{found['msg'][0].lower()}{found['msg'][1:]}; got {found['input']!r}"


def _in_task_order(option: str, value: object, tasks: Sequence[str]) -> tuple[object, ...]:
    """The values of a mapping task → value, in task order."""
    if not isinstance(value, Mapping):
        raise OptionError(option, f"expected a mapping from task to value; got {value!r}")
    for task in value:
        if task not in tasks:
            raise OptionError(option, f"no task is named {task}; {did_you_mean(task, tasks)}tasks: {', '.join(tasks)}")
    missing = [task for task in tasks if task not in value]
    if missing:
        raise OptionError(option, f"no value for {', '.join(missing)}; every task must be named")
    return tuple(value[task] for task in tasks)
