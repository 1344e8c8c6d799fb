"""How good are the models, with default settings, on tables that nobody chose the settings for?

Trees, linear models, single-task and multi-task networks on generated tables of known relatedness, on tables that
scikit-learn carries and on the shipped examples, five splits each; it calls what `mtl run` calls. What is found is
appended to `quality/cells.jsonl` in `MTL_HOME`, so that a run that was stopped goes on; cells are in such an order that
what there is says something early on.

    python -m tests.quality [--tables A,B] [--splits 2] [--only "trees,single-task"] [--set training.learning_rate=1e-3]
"""

import argparse
import fnmatch
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import yaml

from tests.quality.cells import Cell, append, known, measure
from tests.quality.contenders import contenders
from tests.quality.summary import summarise
from tests.quality.tables import tables

SPLITS = 5


def main(arguments: Sequence[str]) -> None:
    """Fill in what is missing and print the tables."""
    asked = _asked(arguments)
    settings = tuple((name, yaml.safe_load(value)) for name, value in (one.split("=", 1) for one in asked.set))
    cells = [
        Cell(table, split, contender, settings)
        for split in range(asked.splits)
        for table in asked.tables
        for contender in asked.only
    ]
    home = Path(os.environ.get("MTL_HOME", ".mtl")).resolve() / "quality"
    _fill(cells, home, asked.workers)
    wanted = {cell.key for cell in cells}
    found = {one.key: one for one in known(home / "cells.jsonl") if one.key in wanted}
    sys.stdout.write(summarise([found[cell.key] for cell in cells if cell.key in found], tables()))


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.quality", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--tables", type=_some_of(tables()), default=list(tables()), help=", ".join(tables()))
    parser.add_argument("--only", type=_some_of(contenders()), default=list(contenders()), help=", ".join(contenders()))
    parser.add_argument("--splits", type=int, default=SPLITS)
    parser.add_argument("--set", action="append", default=[], metavar="SECTION.KEY=VALUE", help="in place of a default")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    return parser.parse_args(arguments)


def _some_of(names: Iterable[str]) -> Callable[[str], list[str]]:
    """A parser of names between commas; `mixed_*` stands for all that begin so."""
    known_names = list(names)

    def parse(text: str) -> list[str]:
        wanted = [part.strip() for part in text.split(",")]
        for part in wanted:
            if not fnmatch.filter(known_names, part):
                raise argparse.ArgumentTypeError(f"'{part}'; there are {', '.join(known_names)}")
        return [name for name in known_names if any(fnmatch.fnmatch(name, part) for part in wanted)]

    return parse


def _fill(cells: Sequence[Cell], home: Path, workers: int) -> None:
    """Measure the cells that are not known, the first first."""
    file = home / "cells.jsonl"
    done = {one.key for one in known(file)}
    missing = [cell for cell in cells if cell.key not in done]
    fresh = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(workers, mp_context=fresh) as pool:
        futures = {pool.submit(measure, cell, home): cell for cell in missing}
        for count, future in enumerate(as_completed(futures), 1):
            cell = futures[future]
            found = future.result()
            append(file, found)
            told = f"{cell.table}, split {cell.split}, {cell.contender}: {found.mean:.3f} in {found.seconds:.0f} s"
            sys.stderr.write(f"{count}/{len(missing)} {told}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
