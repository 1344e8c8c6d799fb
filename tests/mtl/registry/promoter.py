"""A process that promotes a version: says `ready`, waits for a line, then says how it went.

promoter.py FOLDER VERSION EXPECTED [probing]   with `probing`, the probe says so and waits for another line
"""

import sys
from pathlib import Path

from mtl import registry
from mtl.errors import PromotionRefusedError
from mtl.registry import Champion, ModelVersion, NoChampion, Registry


def say(word: str) -> None:
    print(word, flush=True)  # noqa: T201


def probe(model: ModelVersion) -> None:
    if "probing" in sys.argv:
        say("probing")
        sys.stdin.readline()


if __name__ == "__main__":
    folder, version, expected = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    store = Registry.in_folder(folder)
    model = registry.read_version(store, "reviews", version)
    champion = NoChampion("reviews") if expected == "none" else Champion(ModelVersion("reviews", expected, ""))
    say("ready")
    sys.stdin.readline()
    try:
        say(f"promoted {registry.promote(store, model, champion, folder / 'locks', probe).version}")
    except PromotionRefusedError as refused:
        say(f"refused: {refused}")
