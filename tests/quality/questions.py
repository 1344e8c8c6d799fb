"""What is asked, in such an order that what there is says something early on."""

import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from threadpoolctl import threadpool_limits

from tests.quality.cells import Cell, Found
from tests.quality.contenders import contenders
from tests.quality.promotions import NEEDED, Judged, Judgement

Question: TypeAlias = Cell | Judgement


def questions(
    tables: Sequence[str], names: Sequence[str], splits: int, settings: tuple[tuple[str, Any], ...]
) -> Iterator[Question]:
    """Of the first split the defaults of all tables, then what is tuned; then the other splits, table by table.

    Promotions are judged at the end of each split, where all runs are there that they need.
    """
    defaults, tuned = ([name for name in names if contenders()[name].tuned == is_tuned] for is_tuned in (False, True))
    for split in range(splits):
        for some in (names,) if split else (defaults, tuned):
            yield from (Cell(table, split, name, settings) for table in tables for name in some)
        if set(NEEDED) <= set(names):
            yield from (Judgement(table, split, settings) for table in tables)


def answer(question: Question, home: Path) -> Found | Judged:
    """In one thread."""
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of solvers and of rare classes, which are no news here
        return question.answer(home)
