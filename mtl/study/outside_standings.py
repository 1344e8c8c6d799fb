"""What no run of the study made, on its leaderboard: the models in use, and a model that is judged."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mtl.data.prepared import Prepared
from mtl.evaluation.scores import CALIBRATION, scores_of
from mtl.study.choices import gated_tasks
from mtl.study.incumbents import IncumbentOnSides, SideAnswers
from mtl.study.judging import JudgedOnSides
from mtl.study.leaderboard import IN_USE, Cost, Leaderboard, Standing, mean_ranks

AnyArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class OutsideAnswer:
    """What one model predicts of one task; of the test side only what it was not trained on, by what is declared."""

    version: str
    validation: AnyArray
    test: AnyArray
    unseen: NDArray[np.bool_]
    bytes: int
    milliseconds_per_1000_rows: float


@dataclass(frozen=True, eq=False)
class OutsideContender:
    """A contender of models that the study did not train.

    Attributes:
        label: on the leaderboard.
        answers: by task.
        is_candidate: whether it stands in place of a candidate.
    """

    label: str
    answers: Mapping[str, OutsideAnswer]
    is_candidate: bool = False


def contender_in_use(incumbents: Sequence[IncumbentOnSides]) -> tuple[OutsideContender, ...]:
    """The models in use that answered, as one contender; none without any."""
    answers = {
        each.task: OutsideAnswer(
            each.version, found.validation, found.test, found.unseen, found.bytes, found.milliseconds_per_1000_rows
        )
        for each in incumbents
        if isinstance(found := each.answers, SideAnswers)
    }
    return (OutsideContender(IN_USE, answers),) if answers else ()


def contender_judged(judged: JudgedOnSides) -> OutsideContender:
    """The model that is judged; nobody says what it was trained on."""
    cost = (judged.bytes, judged.milliseconds_per_1000_rows)
    answers = {
        task: OutsideAnswer(
            judged.version.uri, judged.validation[task], test, np.ones(len(test), dtype=np.bool_), *cost
        )
        for task, test in judged.test.items()
    }
    return OutsideContender(judged.version.uri, answers, is_candidate=True)


def with_outside(board: Leaderboard, prepared: Prepared, outside: Sequence[OutsideContender]) -> Leaderboard:
    """The leaderboard with contenders that left no runs; every rank is counted anew."""
    if not outside:
        return board
    standings = tuple(_in_task_order(prepared, (*board.standings, *_standings(prepared, outside))))
    ranks = mean_ranks(gated_tasks(prepared), standings)
    costs = (*board.costs, *map(_cost, outside))
    ranked = tuple(replace(cost, mean_rank=ranks.get(cost.contender, np.nan)) for cost in costs)
    candidate = next((each.label for each in outside if each.is_candidate), board.candidate)
    return replace(board, candidate=candidate, standings=standings, costs=ranked)


def _in_task_order(prepared: Prepared, standings: Sequence[Standing]) -> list[Standing]:
    names = [task.name for task in gated_tasks(prepared)]
    return sorted(standings, key=lambda each: names.index(each.task))


def _standings(prepared: Prepared, outside: Sequence[OutsideContender]) -> Iterator[Standing]:
    validation, test = prepared.side("validation").labels, prepared.side("test").labels
    for position, task in enumerate(prepared.tasks):
        for contender in outside:
            found = contender.answers.get(task.name)
            if found is None:
                continue
            chosen = scores_of(task.kind, task.classes, validation[:, position], found.validation)
            decisive = np.where(found.unseen, test[:, position], np.nan)
            yield Standing(
                task.name,
                task.metric,
                contender.label,
                found.version,
                validation=chosen[task.metric],
                test=scores_of(task.kind, task.classes, decisive, found.test)[task.metric],
                spread=0.0,
                calibration_error=chosen.get(CALIBRATION, np.nan),
                not_converged="",
            )


def _cost(contender: OutsideContender) -> Cost:
    models = {each.version: each for each in contender.answers.values()}.values()
    pace = sum(each.milliseconds_per_1000_rows for each in models)
    return Cost(contender.label, len(models), np.nan, np.nan, sum(each.bytes for each in models), pace)
