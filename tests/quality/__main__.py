"""How good are the models, with default settings and tuned, on tables that nobody chose the settings for?

Trees, linear models, single-task and multi-task networks on generated tables of known relatedness, on tables that
scikit-learn carries and on the shipped examples, five splits each; it calls what `mtl run` calls. Settings are tuned on
the first split alone. What is found is appended to files below `quality` in `MTL_HOME`, so that a run that was stopped
goes on; what there is, which `--known` prints, says something early on: the defaults of all tables come first.

    python -m tests.quality [--tables A,B | --tables "*"] [--splits 2] [--only "trees;single-task*"] \
        [--set training.l2=1e-3]
"""

import argparse
import fnmatch
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import as_completed
from pathlib import Path

import yaml

from flows.executors import PRELOADED, WorkerProcesses
from tests.quality.cells import Found
from tests.quality.contenders import contenders
from tests.quality.found_lines import append, known
from tests.quality.promotions import Judged
from tests.quality.questions import Question, answer, questions
from tests.quality.summary import summarise
from tests.quality.tables import ENOUGH, tables

SPLITS = 5


def main(arguments: Sequence[str]) -> None:
    """Fill in what is missing and print the tables."""
    asked = _asked(arguments)
    settings = tuple((name, yaml.safe_load(value)) for name, value in (one.split("=", 1) for one in asked.set))
    wanted = list(questions(asked.tables, asked.only, asked.splits, settings))
    home = Path(os.environ.get("MTL_HOME", ".mtl")).resolve() / "quality"
    if not asked.known:
        _fill(wanted, home, asked.workers)
    found = _known(home)
    answers = [found[question.key] for question in wanted if question.key in found]
    cells = [one for one in answers if isinstance(one, Found)]
    sys.stdout.write(summarise(cells, [one for one in answers if isinstance(one, Judged)], tables()))


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.quality", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--tables", type=_some_of(tables(), ","), default=list(ENOUGH), help=", ".join(tables()))
    parser.add_argument(
        "--only", type=_some_of(contenders(), ";"), default=list(contenders()), help="; ".join(contenders())
    )
    parser.add_argument("--splits", type=int, default=SPLITS)
    parser.add_argument("--set", action="append", default=[], metavar="SECTION.KEY=VALUE", help="in place of a default")
    parser.add_argument("--known", action="store_true", help="print what is known, without asking more")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    return parser.parse_args(arguments)


def _some_of(names: Iterable[str], between: str) -> Callable[[str], list[str]]:
    """A parser of names; `mixed_*` stands for all that begin so."""
    known_names = list(names)

    def parse(text: str) -> list[str]:
        wanted = [part.strip() for part in text.split(between)]
        for part in wanted:
            if not fnmatch.filter(known_names, part):
                raise argparse.ArgumentTypeError(f"'{part}'; there are {f'{between} '.join(known_names)}")
        return [name for name in known_names if any(fnmatch.fnmatch(name, part) for part in wanted)]

    return parse


def _fill(wanted: Sequence[Question], home: Path, workers: int) -> None:
    """Answer the questions whose answers are not known, the first first."""
    done = _known(home)
    missing = [question for question in wanted if question.key not in done]
    processes = WorkerProcesses(workers, (*PRELOADED, "tests.quality.questions"))
    try:
        futures = [processes.submit(answer, question, home) for question in missing]
        for count, future in enumerate(as_completed(futures), 1):
            found = future.result()
            append(home / FILES[type(found)], found)
            sys.stderr.write(f"{count}/{len(missing)} {found}\n")
    finally:
        processes.kill()


FILES: dict[type, str] = {Found: "cells.jsonl", Judged: "promotions.jsonl"}
"""Where answers are kept."""


def _known(home: Path) -> dict[str, Found | Judged]:
    """The answers that there are, by the keys of their questions."""
    cells, judgements = known(home / FILES[Found], Found), known(home / FILES[Judged], Judged)
    return {**{one.key: one for one in cells}, **{one.key: one for one in judgements}}


if __name__ == "__main__":
    main(sys.argv[1:])
