"""What training left behind, as the explanations of a rejection read it."""

import numpy as np

from mtl.promotion.evidence import ArtifactCheck
from mtl.study.diagnostics import diagnose, likely_causes, mean_of_known
from tests.mtl.study.fitted import FittedStudy


def test_diagnostics_have_cosines_and_labels_of_every_gated_task(fitted: FittedStudy) -> None:
    found = diagnose(fitted.study.prepared, fitted.selection)
    assert set(found.tasks) == {"hba1c", "diabetes", "health"}
    assert np.abs(found.cosines).max() <= 1.0
    assert (found.labels > 200).all()


def test_each_task_that_is_not_better_has_a_cause(fitted: FittedStudy) -> None:
    decided = fitted.decided(ArtifactCheck(True, True))
    wanting = {each.task for each in decided.decision.verdicts if each.verdict != "better"}
    causes = likely_causes(fitted.study.prepared, fitted.selection, decided)
    assert {cause.partition(":")[0] for cause in causes} - {"The candidate is not converged"} == wanting


def test_a_mean_is_of_what_is_known() -> None:
    values = np.array([[1.0, np.nan], [3.0, np.nan]])
    np.testing.assert_array_equal(mean_of_known(values, axis=0), [2.0, np.nan])
