"""What a decision was made from, in one file: it can be made again without any model and without the data.

evidence.npz   the test labels and their units, every compared run's predictions, the champion's and the models'
               in use, the constant that training labels suggest, what else the gate was told, and the policy with the
               version of the rules that it is read by
"""

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, TypeAdapter

from mtl.errors import DataError
from mtl.evaluation.comparison import ChampionAbsent, ChampionAnswer
from mtl.evaluation.incumbent_comparison import Declared, IncumbentPredictions, IncumbentUnknown
from mtl.evaluation.paired_difference import Bootstrap
from mtl.evaluation.truth import Predictions, TaskTruth
from mtl.jsonable import EXACT
from mtl.promotion.error_budget import Granted, Refused
from mtl.promotion.evidence import ArtifactCheck, Opponent
from mtl.run_names import RunName
from mtl.spec import GateSpec
from mtl.study.measured import ChampionPredictions, Measured

FILE = "evidence.npz"
FORMAT = 6
READ = (2, 3, 4, 5, FORMAT)
"""Format 2 knew one baseline, the network, and nothing of how opponents were trained; format 3, no incumbents;
format 4, no constants and no tasks that validation could not judge; format 5, no fresh seeds, no best former champion,
no slices and nothing of the ledger of test rows."""
_WORDS = "words"


@dataclass(frozen=True, eq=False)
class DecisionBasis:
    """Everything that a decision follows from.

    Attributes:
        tasks: the gated tasks.
        checks_passed: the data passed its checks.
        measured: of the test side; None when there was no candidate.
        artifact: the check of the registered artifact; None when it was not done.
        bootstrap: how differences were resampled.
        policy: what the gate asked.
        rules: the version of the gate's rules.
        budget: what the ledger of test rows answered; None where it was not asked.
    """

    tasks: tuple[str, ...]
    checks_passed: bool
    measured: Measured | None
    artifact: ArtifactCheck | None
    bootstrap: Bootstrap
    policy: GateSpec
    rules: int
    budget: Granted | Refused | None = None


@dataclass(frozen=True)
class _Champion:
    """The version that was compared, or why none was."""

    version: str | None
    answer: ChampionAnswer | None


@dataclass(frozen=True)
class _Task:
    """A task's truth without its arrays."""

    task: str
    kind: str
    metric: str
    classes: tuple[str, ...]


@dataclass(frozen=True)
class _Incumbent:
    """A model in use without its arrays, or why there are none."""

    version: str
    declared: Declared
    unknown: IncumbentUnknown | None


@dataclass(frozen=True)
class _Words:
    """All of a basis but its arrays, which are numbered in the order of `truths` and `runs`."""

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    format: int
    tasks: tuple[str, ...]
    checks_passed: bool
    artifact: ArtifactCheck | None
    bootstrap: Bootstrap
    policy: GateSpec
    rules: int
    truths: tuple[_Task, ...] = ()
    runs: tuple[RunName, ...] = ()
    candidate: RunName | None = None
    baselines: Mapping[str, RunName] | None = None
    champion: _Champion | None = None
    contenders: Mapping[str, Mapping[str, RunName]] = field(default_factory=dict)
    opponents: Mapping[str, Opponent] = field(default_factory=dict)
    incumbents: Mapping[str, _Incumbent] = field(default_factory=dict)
    unjudged: Mapping[str, str] = field(default_factory=dict)
    confirming: tuple[int, ...] = ()
    anchor: _Champion | None = None
    sliced: tuple[str, ...] = ()
    budget: Granted | Refused | None = None


def write_basis(file: Path, basis: DecisionBasis) -> None:
    """Write a basis to an .npz file."""
    words = TypeAdapter(_Words).dump_json(_words(basis)).decode()
    arrays: dict[str, Any] = dict(_arrays(basis.measured)) if basis.measured else {}
    arrays[_WORDS] = np.array(words)
    np.savez_compressed(file, **arrays)


def read_basis(file: Path) -> DecisionBasis:
    """What `write_basis` wrote.

    Raises:
        DataError: a file that holds none, or one of another format.
    """
    try:
        with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as archive:
            arrays = dict(archive)
        found = json.loads(str(arrays[_WORDS]))
        if found["format"] not in READ:
            known = f"{READ[0]} to {FORMAT}"
            raise DataError(f"'{file}' is evidence of format {found['format']}; this version reads formats {known}")
        words: _Words = TypeAdapter(_Words).validate_python(found)
        measured = _measured(words, arrays)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise DataError(f"'{file}' holds no evidence of a decision: {' '.join(str(error).split())}") from error
    gate = (words.bootstrap, words.policy, words.rules)
    return DecisionBasis(words.tasks, words.checks_passed, measured, words.artifact, *gate, words.budget)


def _words(basis: DecisionBasis) -> _Words:
    gate = (basis.bootstrap, basis.policy, basis.rules)
    told = (FORMAT, basis.tasks, basis.checks_passed, basis.artifact, *gate)
    found = basis.measured
    if found is None:
        return _Words(*told, budget=basis.budget)
    truths = tuple(_Task(each.task, each.kind, each.metric, each.classes) for each in found.truths.values())
    compared = (tuple(found.predictions), found.candidate, found.baselines, _champion(found.champion))
    incumbents = {task: _incumbent(each) for task, each in found.incumbents.items()}
    since_6 = (found.confirming, _champion(found.anchor), tuple(found.slices), basis.budget)
    return _Words(*told, truths, *compared, found.contenders, found.opponents, incumbents, found.unjudged, *since_6)


def _incumbent(found: IncumbentPredictions | IncumbentUnknown) -> _Incumbent:
    if isinstance(found, IncumbentUnknown):
        return _Incumbent(found.version, "nothing", found)
    return _Incumbent(found.version, found.declared, None)


def _champion(found: ChampionPredictions | ChampionAnswer) -> _Champion:
    if isinstance(found, ChampionPredictions):
        return _Champion(found.version, None)
    return _Champion(None, found)


def _arrays(measured: Measured) -> Iterator[tuple[str, NDArray[Any]]]:
    for position, truth in enumerate(measured.truths.values()):
        yield f"labels {position}", truth.labels
        yield f"units {position}", truth.units
    for position, predictions in enumerate(measured.predictions.values()):
        yield from ((f"run {position} {task}", array) for task, array in predictions.items())
    for called, version in (("champion", measured.champion), ("anchor", measured.anchor)):
        if isinstance(version, ChampionPredictions):
            yield from ((f"{called} {task}", array) for task, array in version.predictions.items())
    for task, incumbent in measured.incumbents.items():
        if isinstance(incumbent, IncumbentPredictions):
            yield f"incumbent {task}", incumbent.predictions
            yield f"unseen {task}", incumbent.unseen
    yield from ((f"constant {task}", constant) for task, constant in measured.constants.items())
    for position, by_task in enumerate(measured.slices.values()):
        yield from ((f"slice {position} {task}", values) for task, values in by_task.items())


def _measured(words: _Words, arrays: Mapping[str, NDArray[Any]]) -> Measured | None:
    if words.candidate is None or words.champion is None:
        return None
    truths = {
        each.task: TaskTruth(**asdict(each), labels=arrays[f"labels {position}"], units=arrays[f"units {position}"])
        for position, each in enumerate(words.truths)
    }
    predictions = {run: _named(arrays, f"run {position} ") for position, run in enumerate(words.runs)}
    champion = _version(words.champion, arrays, "champion ")
    compared = (truths, predictions, words.candidate, words.baselines or {}, champion)
    incumbents = {
        task: each.unknown
        or IncumbentPredictions(each.version, arrays[f"incumbent {task}"], arrays[f"unseen {task}"], each.declared)
        for task, each in words.incumbents.items()
    }
    constants = {task: array.astype(np.float64) for task, array in _named(arrays, "constant ").items()}
    anchor = _version(words.anchor, arrays, "anchor ") if words.anchor else ChampionAbsent()
    slices = {
        column: {task: array.astype(np.str_) for task, array in _named(arrays, f"slice {position} ").items()}
        for position, column in enumerate(words.sliced)
    }
    of_models = (words.contenders, words.opponents, incumbents, constants)
    return Measured(*compared, *of_models, words.unjudged, words.confirming, anchor, slices)


def _version(found: _Champion, arrays: Mapping[str, NDArray[Any]], prefix: str) -> ChampionPredictions | ChampionAnswer:
    return found.answer or ChampionPredictions(str(found.version), _named(arrays, prefix))


def _named(arrays: Mapping[str, NDArray[Any]], prefix: str) -> Predictions:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
