"""Print the table of what the gate holds to, in Markdown, from whole decisions by the code that decides.

python -m tests.gate [--trials 20] [--only creep] [--workers 2]
"""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from time import perf_counter

from tests.gate import adaptation, creeping, rare_cases, retrains, searches
from tests.gate.scenario import Scenario
from tests.gate.speed import speed

ALL: tuple[Scenario, ...] = tuple(
    scenario for module in (searches, retrains, creeping, rare_cases, adaptation) for scenario in module.scenarios()
)


def main(arguments: Sequence[str]) -> None:
    """Run what is asked for and print each section when it is there."""
    asked = _asked(arguments)
    start = perf_counter()
    with ProcessPoolExecutor(asked.workers, get_context("spawn")) as workers:
        for scenario in ALL:
            if asked.only in scenario.title.lower():
                _say(scenario.run(asked.trials, workers))
    if asked.only in "bootstrap" and asked.trials is None:
        _say(speed())
    _say(f"In all {perf_counter() - start:.0f} s on {asked.workers} processes.")


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.gate", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--trials", type=int, help="of each section; absent: as many as its numbers need")
    parser.add_argument("--only", type=str.lower, default="", help="sections whose title holds this")
    parser.add_argument("--workers", type=int, default=2)
    return parser.parse_args(arguments)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
