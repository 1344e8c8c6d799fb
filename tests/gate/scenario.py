"""What is simulated many times over, and the table of what came out."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from time import perf_counter
from typing import TypeAlias

import numpy as np

from mtl.gate_trials.share import Share

Answers: TypeAlias = Mapping[tuple[str, str], bool | float]
"""(Row, column) of the table → what came out: a bool is counted, a number averaged. A trial may leave cells out."""


@dataclass(frozen=True)
class Scenario:
    """A question about the gate.

    Attributes:
        title: the heading of its table.
        told: what is simulated, and what the columns hold.
        trials: by default.
        one: the answers of the trial of a number.
        most: no more trials than that, however many are asked for.
    """

    title: str
    told: str
    trials: int
    one: Callable[[int], Answers]
    most: int = 1_000_000

    def run(self, trials: int | None, workers: Executor, at_once: int = 10) -> str:
        """The section of the page: heading, table, trials and seconds."""
        number, start = min(trials or self.trials, self.most), perf_counter()
        chunks = [range(first, min(first + at_once, number)) for first in range(0, number, at_once)]
        found = [answers for chunk in workers.map(self.several, chunks) for answers in chunk]
        ran = f"{number} trials, {perf_counter() - start:.0f} s"
        return f"### {self.title}\n\n{self.told} ({ran})\n\n{table(found)}\n"

    def several(self, trials: Iterable[int]) -> list[Answers]:
        """Of the trials of these numbers."""
        return [self.one(trial) for trial in trials]


def table(found: Sequence[Answers]) -> str:
    """In Markdown, rows and columns as they first came up."""
    cells = list(dict.fromkeys(cell for answers in found for cell in answers))
    rows, columns = (list(dict.fromkeys(cell[place] for cell in cells)) for place in (0, 1))
    lines = [["", *columns], ["---"] * (1 + len(columns))]
    lines += [[row, *(_shown(found, (row, column)) for column in columns)] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _shown(found: Sequence[Answers], cell: tuple[str, str]) -> str:
    values = list(_values(found, cell))
    if not values:
        return ""
    if all(isinstance(value, bool) for value in values):
        return str(Share.of(bool(value) for value in values))
    return f"{np.mean(values):.2f} (95 % below {np.quantile(values, 0.95):.2f})"


def _values(found: Sequence[Answers], cell: tuple[str, str]) -> Iterator[bool | float]:
    return (answers[cell] for answers in found if cell in answers)
