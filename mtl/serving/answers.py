"""From the outputs of all heads to predictions side by side, and from these to the rows of an answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from mtl.tasks.kind import Kind, kind_named
from mtl.tasks.task import Task


@dataclass(frozen=True, eq=False)
class Linked:
    """Columns of the heads' outputs that one call of a kind's link makes predictions of."""

    kind: Kind
    columns: NDArray[np.intp] | slice


@dataclass(frozen=True, eq=False)
class AnswerForm:
    """How outputs become an answer.

    Attributes:
        links: of the columns that have one.
        scale: of each column, and what is added then: from standardised values to the label's own units.
        served: columns of the tasks that are not auxiliary; None where none is.
        tasks: those tasks.
    """

    links: tuple[Linked, ...]
    scale: NDArray[np.float64]
    mean: NDArray[np.float64]
    served: NDArray[np.intp] | None
    tasks: tuple[Task, ...]

    @classmethod
    def of(cls, trained: Sequence[Task]) -> Self:
        """That of tasks in the order of the heads."""
        places = list(_places(trained))
        wide = [np.arange(place.start, place.stop) for place in places]
        served = np.concatenate([columns for task, columns in zip(trained, wide, strict=True) if not task.auxiliary])
        widths = [task.width for task in trained]
        return cls(
            tuple(_links(trained, places)),
            np.repeat([task.scale for task in trained], widths),
            np.repeat([task.mean for task in trained], widths),
            None if len(served) == sum(widths) else served,
            tuple(task for task in trained if not task.auxiliary),
        )

    def predictions(self, outputs: NDArray[np.floating], members: int = 1) -> NDArray[np.float64]:
        """Outputs of all heads, [N, C] of each member in turn, to predictions of the served tasks side by side."""
        linked = outputs.astype(np.float64)
        for link in self.links:
            linked[:, link.columns] = link.kind.link_array(linked[:, link.columns])
        if members > 1:
            linked = linked.reshape(members, -1, linked.shape[1]).mean(axis=0)
        linked *= self.scale
        linked += self.mean
        return linked if self.served is None else linked[:, self.served]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The columns of an answer."""
        kinds = ((kind_named(task.kind), task) for task in self.tasks)
        return tuple(name for kind, task in kinds for name in kind.answer_types(task.name, task.classes))

    def rows(self, predictions: NDArray[np.float64]) -> list[dict[str, Any]]:
        """An answer's rows, by column."""
        if len(self.names) == predictions.shape[1]:  # a number for each: nothing to look up
            return [dict(zip(self.names, row, strict=True)) for row in predictions.tolist()]
        columns = [column.tolist() for column in self.columns(predictions).values()]
        return [dict(zip(self.names, row, strict=True)) for row in zip(*columns, strict=True)]

    def columns(self, predictions: NDArray[np.float64]) -> dict[str, NDArray[Any]]:
        """An answer's columns, [N] each, by name."""
        parts = (_answer(task, predictions[:, place]) for task, place in self._parts())
        return dict(zip(self.names, chain.from_iterable(parts), strict=True))

    def not_finite(self, predictions: NDArray[np.float64]) -> tuple[str, int] | None:
        """The first prediction that is no finite number: its column in an answer, and its row."""
        wrong = np.argwhere(~np.isfinite(predictions))
        if not len(wrong):
            return None
        numbers = [
            name
            for task in self.tasks
            for name, kind in kind_named(task.kind).answer_types(task.name, task.classes).items()
            if kind == "double"
        ]
        return numbers[wrong[0][1]], int(wrong[0][0])

    def _parts(self) -> Iterator[tuple[Task, slice]]:
        return zip(self.tasks, _places(self.tasks), strict=True)


def _places(tasks: Sequence[Task]) -> Iterator[slice]:
    ends = accumulate(task.width for task in tasks)
    return (slice(end - task.width, end) for end, task in zip(ends, tasks, strict=True))


def _links(tasks: Sequence[Task], places: Sequence[slice]) -> Iterator[Linked]:
    """Of the tasks of a kind whose width is 1 together; of the others one by one."""
    narrow: dict[str, list[int]] = {}
    for task, place in zip(tasks, places, strict=True):
        if task.width == 1:
            narrow.setdefault(task.kind, []).append(place.start)
        else:
            yield Linked(kind_named(task.kind), place)
    for name, columns in narrow.items():
        kind, some = kind_named(name), np.zeros((1, len(columns)))
        if kind.link_array(some) is not some:  # outputs that are predictions already are left as they are
            yield Linked(kind, _as_slice(columns))


def _as_slice(columns: Sequence[int]) -> NDArray[np.intp] | slice:
    """Columns that follow each other as a slice, which NumPy reads in place."""
    first, last = columns[0], columns[-1]
    return slice(first, last + 1) if last - first + 1 == len(columns) else np.array(columns, dtype=np.intp)


def _answer(task: Task, columns: NDArray[np.float64]) -> Iterator[NDArray[Any]]:
    kind = kind_named(task.kind)
    prediction = columns.reshape(kind.prediction_shape(len(columns), task.classes))
    yield from map(np.asarray, kind.answer(task.name, task.classes, prediction).values())
