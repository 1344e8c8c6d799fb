"""Outcomes of studies that were never run."""

from pathlib import Path

from mtl.promotion.evidence import Evidence
from mtl.promotion.gate import decide
from mtl.report.outcome import Effort, Outcome
from mtl.study.leaderboard import Leaderboard
from mtl.tuning.tuned import Tuning
from tests.mtl.promotion.cases import POLICY, make_evidence

EFFORT = Effort(trained=24, reused=3, training_seconds=72.9, workers=2)


def outcome_of(evidence: Evidence | None = None, report: Path = Path("/elsewhere/reports/reviews")) -> Outcome:
    """What a study came to that had this evidence, by default of a promotion."""
    found = evidence or make_evidence()
    return Outcome(
        study="reviews",
        decision=decide(found, POLICY),
        comparison=found.comparison,
        version="1",
        promotion="The new champion is version 1 of reviews, after no version.",
        causes=(),
        failures={},
        undefined={},
        effort=EFFORT,
        tuning=Tuning(),
        leaderboard=Leaderboard(),
        remarks=(),
        run_id="0" * 32,
        report=report,
        docs=None,
    )
