"""Print how often a planted cause is the one that the probes name, in Markdown; kept trials are not repeated.

python -m tests.explain [--trials 5] [--only noise] [--workers 2] [--kept FOLDER]
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from tests.explain.planted import CAUSES
from tests.explain.trial import named_in

FIRST = 200
"""The first trial: what the causes are named by was settled on those before it."""


def main(arguments: Sequence[str]) -> None:
    """Run the trials that are not known, and print the table."""
    asked = _asked(arguments)
    causes = [cause for cause in CAUSES if asked.only in cause]
    work = [(cause, number, asked.kept) for cause in causes for number in range(FIRST, FIRST + asked.trials)]
    named: dict[str, Counter[str]] = {cause: Counter() for cause in causes}
    with ProcessPoolExecutor(asked.workers, get_context("spawn")) as workers:
        for (cause, *_), name in zip(work, workers.map(named_in, work), strict=True):
            named[cause][name] += 1
    _say("| planted | trials | named right | named else |\n| --- | --- | --- | --- |")
    for cause, names in named.items():
        others = ", ".join(f"{name} ({count})" for name, count in names.items() if name != cause) or "–"
        _say(f"| {cause} | {names.total()} | {names[cause]} | {others} |")
    right = sum(names[cause] for cause, names in named.items())
    _say(f"\n{right} of {len(work)} named right: {right / len(work):.0%}")


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.explain", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--trials", type=int, default=5, help="of each cause")
    parser.add_argument("--only", type=str.lower, default="", help="causes whose name holds this")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kept", type=Path, default=Path(".mtl/explain"), help="where trials are kept")
    return parser.parse_args(arguments)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
