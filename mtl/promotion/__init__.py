"""The gate: evidence and policy in, a decision out, and an explanation of a rejection."""

from mtl.promotion.decision import Decision, TaskVerdict, Verdict
from mtl.promotion.evidence import ArtifactCheck, Evidence
from mtl.promotion.explain import Diagnostics, explain
from mtl.promotion.gate import decide
from mtl.promotion.report import decision_markdown

__all__ = [
    "ArtifactCheck",
    "Decision",
    "Diagnostics",
    "Evidence",
    "TaskVerdict",
    "Verdict",
    "decide",
    "decision_markdown",
    "explain",
]
