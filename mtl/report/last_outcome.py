"""What a study last came to, kept with all that it follows from, so that the same question has its answer at once."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from mtl.jsonable import EXACT, from_json, to_json
from mtl.manifest import is_intact, write_manifest
from mtl.registry.records import ModelVersion
from mtl.report.outcome import ALREADY_CHAMPION, Effort, Outcome
from mtl.storage import replaced_folder

FILE = "outcome.json"


@dataclass(frozen=True)
class LastOutcome:
    """A study's latest outcome.

    Attributes:
        question: digest of everything that it follows from.
        ended: when, ISO 8601 with the time zone.
        of_any_rows: the digest of all of that but the rows; empty where it was not kept.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    question: str
    ended: str
    outcome: Outcome
    of_any_rows: str = ""

    def told_again(self, champion: str | None) -> Outcome:
        """As whoever asks again is told it: nothing was trained, and a new champion is the champion by now.

        Args:
            champion: the version that is champion, if one is.
        """
        left = self.outcome
        effort = Effort(0, left.effort.trained + left.effort.reused, 0.0, left.effort.workers)
        named = ModelVersion(left.study, champion or "", left.run_id, {})
        promoted = left.decision.promote and left.version is not None and champion == left.version
        promotion = ALREADY_CHAMPION.format(version=named) if promoted else left.promotion
        drifted = () if left.moved else left.drifted  # a new champion was trained on what had moved
        again = replace(left, effort=effort, promotion=promotion, unchanged_since=self.ended, moved=False)
        return replace(again, drifted=drifted)


def keep(last: LastOutcome, folder: Path) -> None:
    """Store it in a folder, in place of an earlier one."""
    with replaced_folder(folder) as partial:
        (partial / FILE).write_text(to_json(last), encoding="utf-8")
        write_manifest(partial)


def read_last(folder: Path) -> LastOutcome | None:
    """What is kept there; None where nothing is, nothing that is intact, or nothing that this version wrote."""
    if not is_intact(folder):
        return None
    try:
        return from_json(LastOutcome, (folder / FILE).read_bytes())
    except (OSError, ValueError):
        return None
