"""What stands at some tick: champion and anchor as bundles on disk, and the looks that were taken at test rows.

The same rules as in the registry: what is served, the best former champion, the ledger of test rows. Nothing else of a
tick reaches the next one.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from mtl.errors import MtlError
from mtl.evaluation.comparison import ChampionAbsent, ChampionUnknown
from mtl.promotion.error_budget import Granted, PastLook, grant
from mtl.spec import Spec
from mtl.study.anchoring import Former, OnTest, anchor_is_passed
from mtl.study.deciding import Decided
from mtl.study.locked_test import OpenedTest, champion_on_test
from mtl.study.look import Look, rows_looked_at
from mtl.study.measured import Measured


@dataclass(frozen=True)
class Version:
    """A candidate that was promoted.

    Attributes:
        name: the first day of the test window that it was promoted on.
        bundle: its folder.
    """

    name: str
    bundle: Path


@dataclass(frozen=True)
class Standing:
    """What the retrains so far have left; nothing before the first."""

    champion: Version | None = None
    anchor: Version | None = None
    looks: tuple[PastLook, ...] = ()

    def after(self, decided: Decided, look: PastLook | None, version: Version | None) -> "Standing":
        """What a decision on a candidate, `version`, leaves; `look`: at the test rows, if one was granted."""
        told = replace(self, looks=(*self.looks, look) if look else self.looks)
        if not decided.decision.promote or version is None or decided.comparison is None:
            return told
        follows = self.anchor is None or anchor_is_passed(decided.comparison, self.anchor.name)
        return replace(told, champion=version, anchor=version if follows else self.anchor)


def score_former(standing: Standing, opened: OpenedTest) -> Former:
    """What the champion predicts for the rows of a side, and the anchor where that is another version."""
    same = standing.anchor == standing.champion
    return Former(score(standing.champion, opened), score(None if same else standing.anchor, opened))


def score(version: Version | None, opened: OpenedTest) -> OnTest:
    """What a version predicts for the rows of a side; that it cannot is an answer, too."""
    if version is None:
        return ChampionAbsent()
    try:
        return champion_on_test(version.name, version.bundle, opened)
    except MtlError as error:
        return ChampionUnknown(f"the champion of {version.name} cannot be loaded: {error}")


def ask_for_look(spec: Spec, standing: Standing, opened: OpenedTest, found: Measured | None) -> Look:
    """What the looks so far have left for one at these test rows; without a grant nothing of them is handed on."""
    if found is None or not spec.gate.claims_error_rate:
        return Look(found, None)
    budget = grant(rows_looked_at(spec, opened), standing.looks, 1.0 - spec.gate.confidence)
    return Look(found if isinstance(budget, Granted) else None, budget)


def past_look(spec: Spec, opened: OpenedTest, looked: Look, promoted: bool) -> PastLook | None:
    """What a look means to later ones; None where none was granted."""
    if not isinstance(looked.budget, Granted):
        return None
    return PastLook(rows_looked_at(spec, opened), looked.budget.level, looked.budget.share_fresh, promoted)
