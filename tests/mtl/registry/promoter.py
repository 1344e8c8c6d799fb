"""A process that moves an alias: says `ready`, then does what each line says, and says how it went.

promoter.py URI   lines: `promote VERSION EXPECTED`, `rollback EXPECTED`; with `probing` behind, the probe says so
and waits for another line. EXPECTED is a version or `none`.
"""

import sys
from collections.abc import Sequence

from mtl import registry
from mtl.errors import LeaseError, PromotionRefusedError
from mtl.registry import Champion, ModelVersion, NoChampion, Registry

NAME = "reviews"


def say(word: str) -> None:
    print(word, flush=True)  # noqa: T201


def probe(_: ModelVersion) -> None:
    say("probing")
    sys.stdin.readline()


def expected_champion(version: str) -> Champion | NoChampion:
    return NoChampion(NAME) if version == "none" else Champion(ModelVersion(NAME, version, ""))


def moved(store: Registry, words: Sequence[str]) -> str:
    match words:
        case ["rollback", expected]:
            return f"back at {registry.rollback(store, NAME, expected_champion(expected)).version}"
        case ["promote", version, expected, *probing]:
            model = registry.read_version(store, NAME, version)
            done = registry.promote(store, model, expected_champion(expected), probe if probing else str)
            return f"promoted {done.version}"
    raise AssertionError(words)


if __name__ == "__main__":
    where = Registry(sys.argv[1])
    registry.read_champion(where, NAME)
    say("ready")
    for line in sys.stdin:
        try:
            say(moved(where, line.split()))
        except (PromotionRefusedError, LeaseError) as refused:
            say(f"refused: {refused}")
