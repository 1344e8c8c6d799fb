"""Checkpoints of a claimed run in a store: each claim writes its own, and reads those of the claims before it."""

from pathlib import Path

from mtl.baselines.study_runs import AnyPlan
from mtl.object_store.objects import Objects
from mtl.storage import partial_file
from mtl.training.bar import Bar
from mtl.training.plans import RunPlan


class SentCheckpoints:
    """Of one claim. A checkpoint carries its own sha256: whoever reads it sees whether it is whole.

    A host that lost its claim and does not know it writes under its own number, where nobody looks any more.
    """

    def __init__(self, objects: Objects, number: int, plan: AnyPlan, bar: Bar) -> None:
        place = plan.pruned_by(bar) if isinstance(plan, RunPlan) else plan
        self._objects, self._number, self._key, self._file = objects, number, place.key, place.checkpoint
        self._sent: tuple[int, int] | None = None

    def send(self) -> None:
        """Send the last one, if it was not sent."""
        found = _mark(self._file)
        if found and found != self._sent:
            self._objects.send(self._name(self._number), self._file)
            self._sent = found

    def fetch(self) -> None:
        """Have in place what the last claim before this one has sent, if there is such."""
        for number in range(self._number - 1, -1, -1):
            with partial_file(self._file) as partial:
                if self._objects.fetch(self._name(number), partial):
                    partial.replace(self._file)
                    return

    def remove(self) -> None:
        """Remove all of them."""
        for number in range(self._number, -1, -1):
            self._objects.remove(self._name(number))

    def _name(self, number: int) -> str:
        return f"checkpoints/{self._key}/{number}"


def _mark(file: Path) -> tuple[int, int] | None:
    """What changes whenever the file is written; None where there is none."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns
