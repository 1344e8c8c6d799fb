"""What is told to MLflow and what is read back: plain, frozen values, free of MLflow's types."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

REPORT_FOLDER = "report"
"""Where a study's run keeps its report."""

ALIAS, DIGEST_TAG = "champion", "bundle.digest"
"""What the champion is called, and the tag of a version that has the digest of what is served as it."""

ATTEMPT_TAG = "attempt"
"""Of a study's run and its children: the number of the lease under which they were written."""

RunStatus = Literal["finished", "failed", "pruned"]

Outcome = Literal["open", "promoted", "rejected", "judged better", "judged not better"]
"""What became of a look at test rows. Only `promoted` gives its level back."""

Scalar = str | int | float | bool | None


@dataclass(frozen=True)
class Artifact:
    """A file, or a folder with all it holds, and the run's folder that it goes to (the run's root when empty)."""

    path: Path
    folder: str = ""


@dataclass(frozen=True)
class DataRecord:
    """The data that a study read. `digest`: sha256, in hexadecimal."""

    name: str
    digest: str
    source: str
    rows: int
    columns: Sequence[str] = ()


@dataclass(frozen=True)
class StudyRecord:
    """The beginning of a study.

    `name`: of the experiment, one per spec. `key`: what makes two attempts the same study; an unfinished study with
    the same key is continued instead of being started anew, so that a flow that was killed leaves one parent run.
    """

    name: str
    run_name: str
    data: DataRecord
    key: str = ""
    params: Mapping[str, Scalar] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    artifacts: Sequence[Artifact] = ()


@dataclass(frozen=True)
class StudyEnd:
    """What the page of a study's run says once it is decided.

    Attributes:
        title: the run's name from now on.
        note: Markdown.
        commit: of the program; empty where it is not known.
        version: what was registered, if anything was.
    """

    title: str
    note: str
    commit: str
    version: "ModelVersion | None" = None

    @property
    def tags(self) -> dict[str, str]:
        """By the names that MLflow's pages read, and the version by one of ours. No source, no commit there."""
        source = {"mlflow.source.name": "mtl", "mlflow.source.type": "LOCAL"}
        commit = {"mlflow.source.git.commit": self.commit, **source} if self.commit else {}
        version = {"registered.version": f"{self.version.name}/{self.version.version}"} if self.version else {}
        return {"mlflow.runName": self.title, "mlflow.note.content": self.note, **commit, **version}


@dataclass(frozen=True)
class TrainingRecord:
    """One training, as plain data.

    `run_name`: unique within its study. `subject`: the scheme, or the task of a single-task run.
    `seed`: None where nothing was drawn.
    `history`: a value per epoch by metric name, such as `validation/<task>/<metric>`, `weight/<task>`, `loss/<task>`;
    the names must be the same for schemes and baselines, or MLflow's compare page shows nothing side by side.
    NaN stands for an epoch without a value and is not logged. `final`: one value by metric name, shown as
    the latest even when `history` has the name too.
    `artifacts`: a folder whose content is uploaded to the run's root. `started`, `ended`: seconds since 1970.
    """

    run_name: str
    subject: str
    seed: int | None
    params: Mapping[str, Scalar] = field(default_factory=dict)
    history: Mapping[str, Sequence[float]] = field(default_factory=dict)
    final: Mapping[str, float] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    artifacts: Path | None = None
    status: RunStatus = "finished"
    started: float | None = None
    ended: float | None = None


@dataclass(frozen=True)
class ModelVersion:
    """A version of a registered model and the run that made it."""

    name: str
    version: str
    run_id: str
    tags: Mapping[str, str] = field(default_factory=dict, compare=False)

    def __str__(self) -> str:
        """As in messages."""
        return f"version {self.version} of {self.name}"

    @property
    def uri(self) -> str:
        """As MLflow addresses it."""
        return f"models:/{self.name}/{self.version}"


@dataclass(frozen=True)
class Champion:
    """The version that the alias `champion` points to."""

    model: ModelVersion

    @property
    def version(self) -> str:
        """The version's number, as MLflow writes it."""
        return self.model.version

    def __str__(self) -> str:
        """As in messages."""
        return f"version {self.version}"


@dataclass(frozen=True)
class NoChampion:
    """The registry was read, and no version of this model carries the alias yet."""

    name: str

    def __str__(self) -> str:
        """As in messages."""
        return "no version"


@dataclass(frozen=True)
class Promotion:
    """The alias moved: to `version`, from `previous` (None: there was no champion). `at`: UTC, ISO 8601."""

    name: str
    version: str
    previous: str | None
    at: str


@dataclass(frozen=True)
class Rollback:
    """The alias moved back: to `version`, from `replaced`. `at`: UTC, ISO 8601."""

    name: str
    version: str
    replaced: str
    at: str
