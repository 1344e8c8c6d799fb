"""What a study came to."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from pydantic import ConfigDict

from mtl.evaluation.comparison import Comparison
from mtl.jsonable import EXACT, to_json
from mtl.promotion.decision import Decision
from mtl.promotion.error_budget import Granted, Refused
from mtl.study.leaderboard import Leaderboard
from mtl.tuning.tuned import Tuning

ALREADY_CHAMPION = "The candidate is {version}, which is the champion already."


@dataclass(frozen=True)
class Effort:
    """What the runs cost.

    Attributes:
        trained: runs that were trained now.
        reused: runs that an earlier study had left.
        training_seconds: the sum, over the runs trained now, of their own training seconds.
        workers: processes that trained side by side.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    trained: int
    reused: int
    training_seconds: float
    workers: int

    def plus(self, other: "Effort") -> "Effort":
        """Both, by the same workers."""
        seconds = self.training_seconds + other.training_seconds
        return Effort(self.trained + other.trained, self.reused + other.reused, seconds, self.workers)


@dataclass(frozen=True)
class Outcome:
    """A decision and where to look further.

    Attributes:
        version: the candidate's registered version; None when there was no candidate.
        promotion: one sentence: what happened to the alias `champion`.
        causes: why tasks were not better.
        failures: each run that gave no result, and why.
        undefined: each scheme under a way of sharing that it is not defined for, and why; none is trained.
        tuning: which settings were chosen among how many.
        leaderboard: every contender side by side.
        remarks: sentences on it: where a baseline that is no network is the strongest.
        run_id: the study's parent run in MLflow.
        docs: the page of the data checks.
        warnings: what the checks of the data found that did not stop the study.
        drifted: columns that were not like those that the champion was trained on, and whether rows are as many.
        budget: what the ledger of test rows answered.
        unchanged_since: when the study ended that this is the outcome of, where it was asked for again and nothing had
            changed, so that none was made; None of one that was made now.
        moved: whether it made the candidate the champion, which it was not before.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    study: str
    decision: Decision
    comparison: Comparison | None
    version: str | None
    promotion: str
    causes: tuple[str, ...]
    failures: Mapping[str, str]
    undefined: Mapping[str, str]
    effort: Effort
    tuning: Tuning
    leaderboard: Leaderboard
    remarks: tuple[str, ...]
    run_id: str
    report: Path
    docs: Path | None
    warnings: tuple[str, ...] = ()
    drifted: tuple[str, ...] = ()
    budget: Granted | Refused | None = None
    unchanged_since: str | None = None
    moved: bool = False

    def to_plain(self, wall_seconds: float, asked_seconds: float | None = None) -> dict[str, Any]:
        """For machines, with what it took and was to take; NaN and infinities are strings."""
        plain: dict[str, Any] = json.loads(to_json(self))
        return {**plain, "wall_seconds": wall_seconds, "asked_seconds": asked_seconds}
