"""The settings of a tuned contender: the best of its trials on the validation side of one split, for all splits.

A trial is a run like any other, found again by its key, and the choice is kept in a file: a benchmark that was killed
goes on, and of two processes that need a choice one makes it.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock

from mtl.baselines.study_runs import AnyPlan, fit_planned
from mtl.spec import Spec
from mtl.storage import read_json, write_json
from mtl.tuning.waves import Chosen, waves


@dataclass(frozen=True)
class Choice:
    """What was chosen.

    Attributes:
        settings: by model; empty for what is not tuned.
        seconds: of all trials.
    """

    settings: Chosen
    seconds: float


UNTUNED = Choice({}, 0.0)


def choose(spec: Spec, plans: Sequence[AnyPlan]) -> Choice:
    """Make the trials that the spec asks for, one after another."""
    chosen: Chosen = {}
    seconds = 0.0
    for searches in waves(spec, plans, chosen):
        for name, search in searches.items():
            while trial := search.ask():
                result = fit_planned(trial.plan)
                search.end(trial, result)
                seconds += result.seconds
            chosen[name.subject] = search.best.settings
    return Choice(chosen, seconds)


def kept_choice(file: Path, make: Callable[[], Choice]) -> Choice:
    """The choice that a file keeps; where there is none, it is made, while others who ask for it wait."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(file.with_suffix(".lock")):
        if not file.exists():
            write_json(file, asdict(make()))
        return Choice(**read_json(file))
