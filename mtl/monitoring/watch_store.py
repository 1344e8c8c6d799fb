"""What is known of a version under watch, in one file that is whole or absent. No pickle in it."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from mtl.errors import DataError
from mtl.jsonable import from_json, to_json
from mtl.monitoring.betting import Bets
from mtl.monitoring.promise import TaskPromise
from mtl.monitoring.watch import TaskWatch
from mtl.storage import partial_file

FORMAT, ABOUT = 1, "about"


def write_watches(file: Path, watches: Mapping[str, TaskWatch]) -> None:
    """Replace the file, all at once."""
    about: dict[str, object] = {"format": FORMAT, "tasks": list(watches)}
    arrays: dict[str, np.ndarray] = {}
    for number, watch in enumerate(watches.values()):
        about[str(number)] = [to_json(watch.promise), watch.bets.count, watch.bets.total, watch.alarmed_at]
        named = {"means": watch.bets.means, "wealth": watch.bets.log_wealth, "counted": watch.counted}
        arrays |= {f"{name}.{number}": array for name, array in named.items()}
    with partial_file(file) as partial:
        save_file(arrays, partial, {ABOUT: json.dumps(about)})
        partial.replace(file)


def read_watches(file: Path) -> dict[str, TaskWatch]:
    """By task; nothing where there is no file.

    Raises:
        DataError: a file that holds something else. To begin anew would forget what was found: that is for a person.
    """
    if not file.exists():
        return {}
    try:
        with safe_open(file, "np") as stored:
            about = json.loads(stored.metadata()[ABOUT])
            if about["format"] != FORMAT:
                raise ValueError(f"format {about['format']}; this version reads {FORMAT}")
            arrays = {name: stored.get_tensor(name) for name in list(stored.keys())}
            return {task: _watch(arrays, about[str(number)], number) for number, task in enumerate(about["tasks"])}
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        reason = " ".join(str(error).split())
        raise DataError(
            f"'{file}' is not what the monitor has written ({reason}): restore it, or remove it to begin anew"
        ) from error


def _watch(arrays: Mapping[str, np.ndarray], about: tuple[str, int, float, str], number: int) -> TaskWatch:
    promised, count, total, alarmed_at = about
    promise = from_json(TaskPromise, promised)
    bets = Bets(promise.bound, arrays[f"means.{number}"], arrays[f"wealth.{number}"], count, total)
    return TaskWatch(promise, bets, arrays[f"counted.{number}"], alarmed_at)
