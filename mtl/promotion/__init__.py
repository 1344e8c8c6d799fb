"""The gate: evidence and policy in, a decision out, and an explanation of a rejection."""

from mtl.promotion.decision import Decision, TaskVerdict, Verdict
from mtl.promotion.evidence import ArtifactCheck, Evidence
from mtl.promotion.gate import decide

__all__ = ["ArtifactCheck", "Decision", "Evidence", "TaskVerdict", "Verdict", "decide"]
