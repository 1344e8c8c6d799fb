"""The models that are in use now: pinned at the start, asked once the test side is open."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtl import registry
from mtl.data.frame import Frame
from mtl.data.prepared import Prepared
from mtl.errors import MtlError, RegistryUnreachableError
from mtl.evaluation.incumbent_comparison import Declared, IncumbentUnknown
from mtl.spec import Spec
from mtl.study.outside_models import Asking, ask, asked_rows
from mtl.study.store import Store
from mtl.study.trained_rows import Keys, declared_by, read_keys, unseen_rows
from mtl.tasks.foreign_answer import predictions_of_columns
from mtl.tasks.task import Task


@dataclass(frozen=True)
class PinnedIncumbent:
    """The model in use of a task, by the version that it is now.

    Attributes:
        found: how it is asked, or why it cannot be.
        keys: of the rows that it was trained on, as far as they are declared so.
    """

    task: str
    found: Asking | IncumbentUnknown
    keys: Keys

    @property
    def version(self) -> str:
        """As MLflow addresses it; as the spec does where it could not be looked up."""
        return self.found.version.uri if isinstance(self.found, Asking) else self.found.version


@dataclass(frozen=True, eq=False)
class SideAnswers:
    """What an incumbent predicts for every row of two sides.

    Attributes:
        unseen: of each test row, whether the incumbent was not trained on it, by what is declared.
        bytes: of its files.
        milliseconds_per_1000_rows: that its answers took.
    """

    validation: NDArray[np.float64]
    test: NDArray[np.float64]
    unseen: NDArray[np.bool_]
    bytes: int
    milliseconds_per_1000_rows: float


@dataclass(frozen=True, eq=False)
class IncumbentOnSides:
    """The model in use of a task, and its answers, or why there are none."""

    task: str
    version: str
    declared: Declared
    answers: SideAnswers | IncumbentUnknown


def pin_incumbents(spec: Spec, where: registry.Registry) -> tuple[PinnedIncumbent, ...]:
    """Look up every incumbent of a spec. One that is not there is kept as unknown: its task is refused in the end.

    Raises:
        SpecError, DataError: a file of keys that cannot be used.
        RegistryUnreachableError: the registry cannot be reached.
    """
    return tuple(
        PinnedIncumbent(task, _looked_up(spec, where, task), read_keys(spec, task)) for task in spec.incumbents
    )


def incumbent_tags(pinned: Iterable[PinnedIncumbent]) -> dict[str, str]:
    """What MLflow is told of the versions that are compared with."""
    return {f"incumbent.{each.task}": each.version for each in pinned}


def ask_incumbents(
    spec: Spec,
    where: registry.Registry,
    store: Store,
    sides: tuple[Prepared, Frame],
    pinned: Sequence[PinnedIncumbent],
    workers: int,
) -> tuple[IncumbentOnSides, ...]:
    """Have every incumbent predict validation and test rows, each model once, so many at a time.

    Whatever goes wrong with one is its answer, and nothing else is lost.
    """
    prepared, frame = sides
    rows = asked_rows(spec, prepared, frame)
    asked = {each.found for each in pinned if isinstance(each.found, Asking)}
    with ThreadPoolExecutor(max_workers=workers) as threads:
        found = dict(zip(asked, threads.map(lambda asking: _answer(where, store, asking, rows), asked), strict=True))
    return tuple(
        IncumbentOnSides(
            each.task, each.version, declared_by(spec.incumbents[each.task]), _on_sides(spec, sides, each, found)
        )
        for each in pinned
    )


def _looked_up(spec: Spec, where: registry.Registry, task: str) -> Asking | IncumbentUnknown:
    incumbent = spec.incumbents[task]
    try:
        return Asking(registry.version_at(where, incumbent.model), incumbent.env_manager, incumbent.seconds)
    except RegistryUnreachableError:
        raise
    except MtlError as error:
        return IncumbentUnknown(incumbent.model, str(error))


def _answer(
    where: registry.Registry, store: Store, asking: Asking, rows: pd.DataFrame
) -> registry.ModelAnswer | IncumbentUnknown:
    try:
        return ask(where, store, asking, rows)
    except MtlError as error:
        return IncumbentUnknown(asking.version.uri, str(error))


def _on_sides(
    spec: Spec,
    sides: tuple[Prepared, Frame],
    incumbent: PinnedIncumbent,
    found: Mapping[Asking, registry.ModelAnswer | IncumbentUnknown],
) -> SideAnswers | IncumbentUnknown:
    prepared, frame = sides
    answer = incumbent.found if isinstance(incumbent.found, IncumbentUnknown) else found[incumbent.found]
    if isinstance(answer, IncumbentUnknown):
        return answer
    try:
        predictions = predictions_of_columns(
            _task(prepared, incumbent.task), answer.table, spec.incumbents[incumbent.task].output
        )
    except MtlError as error:
        return IncumbentUnknown(incumbent.version, str(error))
    first = len(prepared.side("validation"))
    test_rows = frame.at(prepared.side("test").rows)
    unseen = unseen_rows(spec, incumbent.task, incumbent.keys, test_rows)
    pace = 1e6 * answer.seconds / len(predictions)
    return SideAnswers(predictions[:first], predictions[first:], unseen, answer.bytes, pace)


def _task(prepared: Prepared, name: str) -> Task:
    return next(task for task in prepared.tasks if task.name == name)
