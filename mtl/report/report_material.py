"""What a study's report is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mtl.report.web.about import About
from mtl.spec import Spec
from mtl.study.choices import FittedRun, Selection
from mtl.study.deciding import Decided
from mtl.study.leaderboard import Leaderboard
from mtl.tuning.tuned import Tuning


@dataclass(frozen=True)
class Told:
    """What is told of a study beside its decision: why tasks are not better, and how all contenders compare.

    Attributes:
        causes: sentences on tasks that are not better.
        leaderboard: every contender.
        remarks: sentences on it.
        tuning: how settings were chosen.
    """

    causes: tuple[str, ...]
    leaderboard: Leaderboard
    remarks: tuple[str, ...]
    tuning: Tuning = field(default_factory=Tuning)


@dataclass(frozen=True, eq=False)
class Material:
    """Everything that a report tells.

    Attributes:
        runs: all that left a result.
        selection: candidate and baselines.
        decided: the decision, and what it was made from.
        told: what is said beside it.
        about: rows and program.
        checks: the report of the data checks, as plain values.
    """

    spec: Spec
    runs: Sequence[FittedRun]
    selection: Selection
    decided: Decided
    told: Told
    about: About
    checks: Mapping[str, Any]
