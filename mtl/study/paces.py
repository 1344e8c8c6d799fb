"""What the runs of a study took, for whoever asks how long its next one takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import ClassVar

from pydantic import ConfigDict, ValidationError

from mtl.data.prepared import Prepared
from mtl.jsonable import EXACT, from_json, to_json
from mtl.provenance import digest_of
from mtl.spec import Spec
from mtl.storage import write_text
from mtl.study.choices import FittedRun


@dataclass(frozen=True)
class Paces:
    """Of a study that trained.

    Attributes:
        rows: of its training side.
        settings: the digest of what its spec says of models and training.
        seconds: of a run, mean over those that finished, by what its seeds have in common.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    rows: int
    settings: str
    seconds: Mapping[str, float]

    def of(self, subject: str, spec: Spec, rows: int) -> float | None:
        """The seconds of a run now, on so many training rows; None where nothing like it is known."""
        if subject not in self.seconds or self.settings != _settings(spec):
            return None
        return self.seconds[subject] * rows / max(self.rows, 1)


NO_PACES = Paces(0, "", {})


def paces_of(spec: Spec, prepared: Prepared, runs: Sequence[FittedRun]) -> Paces:
    """What the runs of a study that finished took."""
    by_subject: dict[str, list[float]] = {}
    for run in runs:
        if run.finished:
            by_subject.setdefault(run.name.subject, []).append(run.result.seconds)
    seconds = {subject: fmean(each) for subject, each in by_subject.items()}
    return Paces(len(prepared.side("train")), _settings(spec), seconds)


def keep_paces(file: Path, paces: Paces) -> None:
    """Write them in place of those before."""
    write_text(file, to_json(paces))


def read_paces(file: Path) -> Paces:
    """Those that were kept last; none where there are none that can be read."""
    try:
        return from_json(Paces, file.read_bytes())
    except (OSError, ValidationError):
        return NO_PACES


def _settings(spec: Spec) -> str:
    return digest_of(spec.model.model_dump_json(), spec.training.model_dump_json())
