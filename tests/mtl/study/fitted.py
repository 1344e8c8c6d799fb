"""A small study with every run fitted: networks, boosted trees and linear models."""

from functools import cached_property
from pathlib import Path

from mtl.baselines.study_runs import fit_planned, plan_study
from mtl.evaluation.comparison import ChampionAbsent, ChampionUnknown, Comparison
from mtl.promotion.evidence import ArtifactCheck
from mtl.study.choices import FittedRun, Selection, select
from mtl.study.comparing import compare_measured
from mtl.study.deciding import Decided, bootstrap_of, decide
from mtl.study.locked_test import ChampionOnTest, OpenedTest, open_test
from mtl.study.measured import Measured, measure
from mtl.training.approaches import approaches_of
from tests.mtl.studies import SmallStudy, small_study, tasks_with

ASKED = ("network", "boosted_trees", "linear")


class FittedStudy:
    """The small study, one task of which is pretrained on another, and what follows from its runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        tasks = tasks_with(diabetes={"pretrained_on": ["hdl"]})
        self.study: SmallStudy = small_study(folder, tasks=tasks, baselines=list(ASKED))
        spec = self.study.spec
        plans = plan_study(spec, approaches_of(spec), self.study.prepared, self.study.frame, folder / "runs")
        self.runs = [FittedRun(plan, fit_planned(plan)) for plan in plans]
        self.selection: Selection = select(self.study.prepared, self.runs, ASKED)

    @cached_property
    def opened(self) -> OpenedTest:
        """The test side."""
        return open_test(self.study.prepared, self.study.frame, self.runs, self.selection)

    def measured(
        self, champion: ChampionOnTest | ChampionAbsent | ChampionUnknown, selection: Selection | None = None
    ) -> Measured:
        """Labels and predictions."""
        found = measure(self.opened, selection or self.selection, champion)
        assert found is not None
        return found

    def compared(
        self, champion: ChampionOnTest | ChampionAbsent | ChampionUnknown, selection: Selection | None = None
    ) -> Comparison:
        """The evidence on the test side."""
        return compare_measured(self.measured(champion, selection), bootstrap_of(self.study.spec))

    def decided(self, artifact: ArtifactCheck) -> Decided:
        """The gate's answer to a first candidate."""
        measured = self.measured(ChampionAbsent())
        comparison = compare_measured(measured, bootstrap_of(self.study.spec))
        return decide(self.study.spec, True, measured, comparison, artifact)
