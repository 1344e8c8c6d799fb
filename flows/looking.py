"""Steps of a look at the test side: opened once, and seen as far as the ledger of test rows grants it."""

from collections.abc import Sequence

from flows.open_study import Study
from flows.progress import say
from flows.stepping import step
from mtl.data.frame import Frame
from mtl.data.prepared import Prepared
from mtl.evaluation.comparison import Comparison
from mtl.promotion.error_budget import Refused
from mtl.study import anchoring, deciding, locked_test, look, measured
from mtl.study.anchoring import Former
from mtl.study.choices import FittedRun, Selection
from mtl.study.comparing import compare_measured
from mtl.study.deciding import Decided
from mtl.study.incumbents import IncumbentOnSides
from mtl.study.locked_test import AnyChampion, OpenedTest
from mtl.study.look import Look
from mtl.study.measured import Measured


def look_at(
    study: Study,
    opened: OpenedTest,
    chosen: Selection,
    served: AnyChampion,
    in_use: Sequence[IncumbentOnSides],
    tracked: str,
) -> Look:
    """What may be seen of the test side: everything is measured, and the ledger says whether and at which level."""
    former = score_former(study, served, opened)
    found = measure(study, opened, chosen, former, in_use)
    return open_look(study, opened, found, tracked)


@step()
def warn_of_spent_rows(study: Study, prepared: Prepared, frame: Frame) -> None:
    """Say before the training that a study which is new will be refused a look at its test rows."""
    ahead = look.budget_ahead(study.spec, study.registry, prepared, frame)
    if isinstance(ahead, Refused):
        say(f"Unless it repeats an earlier one, this study will be refused: {ahead.sentence}")


@step("Open the test side")
def open_test(prepared: Prepared, frame: Frame, runs: Sequence[FittedRun], chosen: Selection) -> OpenedTest:
    """What the chosen runs predict there; it is opened this once."""
    return locked_test.open_test(prepared, frame, runs, chosen)


@step()
def score_former(study: Study, served: AnyChampion, opened: OpenedTest) -> Former:
    """What the champion and the best former one predict there."""
    return anchoring.score_former(study.spec, study.registry, study.store, served, opened)


@step()
def measure(
    study: Study, opened: OpenedTest, chosen: Selection, former: Former, in_use: Sequence[IncumbentOnSides]
) -> Measured | None:
    """Labels and predictions, of which all that follows is made."""
    return measured.measure(opened, chosen, former.champion, in_use, former.anchor, study.spec.evaluation.slices)


@step("Ask the ledger of test rows")
def open_look(study: Study, opened: OpenedTest, found: Measured | None, tracked: str) -> Look:
    """What error this look at the test rows may make, before anything of it is seen."""
    return look.open_look(study.spec, study.registry, opened, found, tracked)


@step()
def close_look(study: Study, looked: Look, decided: Decided) -> None:
    """What became of it: a promotion gives the error back."""
    look.close_look(study.registry, looked, decided.decision)


@step("Compare on the test side")
def compare(study: Study, looked: Look) -> Comparison | None:
    """Paired differences with their intervals."""
    if looked.found is None:
        return None
    return compare_measured(looked.found, deciding.bootstrap_of(study.spec, looked.budget), study.spec.gate.margin)
