"""What the gate answers."""

from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from pydantic import ConfigDict

from mtl.jsonable import EXACT, from_json, to_json

Verdict: TypeAlias = Literal["better", "no worse", "worse", "undecided"]


@dataclass(frozen=True)
class TaskVerdict:
    """The verdict on one task.

    Attributes:
        task: the task.
        verdict: better, worse or undecided; under `rule: replace` also no worse.
        reason: one clause that says why, with the numbers.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    task: str
    verdict: Verdict
    reason: str


@dataclass(frozen=True)
class Decision:
    """Promote or reject.

    Attributes:
        promote: whether the candidate is accepted.
        verdicts: one per gated task.
        reasons: every objection, in the order of the gate; empty exactly when the candidate is accepted.
        replaceable: the gated tasks that the candidate could take over by itself.
        sentence: the decision in one sentence.
        rule: what had to be shown.
        level: the error rate that the ledger granted; None where none is claimed, and before version 4 of the rules.
        warnings: what makes the evidence weaker than its numbers say, and is no objection.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    promote: bool
    verdicts: tuple[TaskVerdict, ...]
    reasons: tuple[str, ...]
    replaceable: tuple[str, ...]
    sentence: str
    rule: str = "superior"
    level: float | None = None
    warnings: tuple[str, ...] = ()

    def to_json(self) -> str:
        """As JSON."""
        return to_json(self)

    @classmethod
    def from_json(cls, text: str | bytes) -> "Decision":
        """What `to_json` wrote.

        Raises:
            ValueError: text that is not a decision.
        """
        return from_json(cls, text)
