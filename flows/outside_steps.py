"""Steps about models that a study did not train: those in use, and one that is judged."""

from collections.abc import Sequence

from flows.open_study import Study
from flows.progress import stage
from flows.stepping import step
from mtl import registry
from mtl.data.frame import Frame
from mtl.data.prepared import Prepared
from mtl.promotion.evidence import ArtifactCheck
from mtl.study import incumbents, judging, locked_test
from mtl.study.choices import FittedRun
from mtl.study.incumbents import IncumbentOnSides, PinnedIncumbent
from mtl.study.judging import JudgedOnSides
from mtl.study.locked_test import OpenedTest


@step()
def pin_incumbents(study: Study) -> Sequence[PinnedIncumbent]:
    """The versions that the models in use are now: what an alias means later does not matter."""
    return incumbents.pin_incumbents(study.spec, study.registry)


@step()
def find_judged(study: Study, uri: str) -> registry.ModelVersion:
    """The registered model that is judged in place of a candidate."""
    return judging.find_judged(study.spec, study.registry, uri, study.promotes)


@step("Ask the model that is judged")
def ask_judged(study: Study, prepared: Prepared, frame: Frame, version: registry.ModelVersion) -> JudgedOnSides:
    """What it predicts; that it does not answer every gated task is an error: there is nothing to judge."""
    return judging.ask_judged(study.spec, study.registry, study.store, (prepared, frame), version)


@step("Open the test side")
def open_test_for_judged(
    prepared: Prepared, frame: Frame, runs: Sequence[FittedRun], judged: JudgedOnSides
) -> OpenedTest:
    """What baselines and the judged model predict there."""
    return locked_test.open_test_for_judged(prepared, frame, runs, judged.name, judged.test)


@step()
def ask_incumbents(
    study: Study, prepared: Prepared, frame: Frame, pinned: Sequence[PinnedIncumbent]
) -> Sequence[IncumbentOnSides]:
    """What each predicts, in a process of its own; that it does not is its answer."""
    if not pinned:
        return ()
    with stage("Ask the models in use"):
        sides = (prepared, frame)
        return incumbents.ask_incumbents(study.spec, study.registry, study.store, sides, pinned, study.workers)


@step("Verify it in a fresh process")
def verify_judged(study: Study, opened: OpenedTest, judged: JudgedOnSides) -> ArtifactCheck:
    """Whether the registered model, loaded once more, predicts what was compared."""
    return judging.verify_judged(study.spec, study.registry, study.store, opened, judged)
