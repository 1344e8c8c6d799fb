"""Runs of studies in MLflow that nothing needs any more: found, and removed with their artifacts.

A version's own run and the study that made it stay, and so does each study that decided on a version: its report holds
the evidence of the decision, and a rollback may bring the version back. So what goes is the other trainings of old
studies, and old studies that came to no decision. Versions, aliases and the ledger are not touched, nor is any run that
this program did not write.
"""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import Experiment, LifecycleStage, Run, ViewType
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository
from mlflow.utils.file_utils import local_file_uri_to_path
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID

from mtl.errors import LeaseError
from mtl.registry.client import reaching
from mtl.registry.connection import Registry, kind_of
from mtl.registry.decision_record import RECORD_TAG
from mtl.registry.lease import leased
from mtl.registry.unchanged_study import UNCHANGED_TAG

PAGE = 1000
"""Runs or versions in an answer."""


@dataclass(frozen=True)
class OldRuns:
    """What may go, of the studies of one name.

    Attributes:
        study: the name.
        studies: ids of studies' runs, whose trainings go with them.
        trainings: ids of all trainings that go.
        size: bytes of their artifacts, where those are files of this machine.
    """

    study: str
    studies: tuple[str, ...]
    trainings: tuple[str, ...]
    size: int

    def __str__(self) -> str:
        """As in messages."""
        return f"{self.study}: {len(self.studies)} studies, {len(self.trainings)} trainings, {self.size / 1e6:.1f} MB"


def old_runs(registry: Registry, before: float, keep: int, only: str | None = None) -> tuple[OldRuns, ...]:
    """What no study has used since `before`, seconds since 1970, but for the `keep` studies that were used last.

    Args:
        only: the one name whose studies are looked at; all names if None.

    Raises RegistryUnreachableError.
    """
    with reaching(registry, "look for old runs") as client:
        names = {each.experiment_id: each.name for each in _experiments(client) if only in (None, each.name)}
        found = list(_runs(client, list(names), "tags.level = 'study'"))
        latest_first = sorted(found, key=_last_used, reverse=True)
        old = [run for run in latest_first[keep:] if _last_used(run) < before]
        needed = _needed(client) if old else frozenset()
        return tuple(
            sized
            for number, name in names.items()
            if (sized := _of_name(client, name, [run for run in old if run.info.experiment_id == number], needed))
        )


def remove_old_runs(registry: Registry, old: OldRuns) -> bool:
    """Remove them, unless a study of that name is under way; whether they are gone.

    From a database for good, with their artifacts; a server is told to hide them, and `mlflow gc` there frees them.
    Killed in between, it can be repeated. Raises RegistryUnreachableError.
    """
    with reaching(registry, f"remove old runs of {old.study}") as client:
        try:
            with leased(client, f"a study of {old.study} under way", patience=0.0):
                for run in (*old.trainings, *old.studies):
                    _remove(client, registry, run)
        except LeaseError:
            return False
    return True


def _of_name(client: MlflowClient, name: str, old: list[Run], needed: frozenset[str]) -> OldRuns | None:
    studies: list[Run] = []
    trainings: list[Run] = []
    for study in old:
        asked = f"tags.`{MLFLOW_PARENT_RUN_ID}` = '{study.info.run_id}'"
        children = list(_runs(client, [study.info.experiment_id], asked))
        going = [child for child in children if child.info.run_id not in needed]
        trainings += going
        if study.info.run_id not in needed and len(going) == len(children):
            studies.append(study)
    if not studies and not trainings:
        return None
    size = sum(_bytes(folder) for run in (*studies, *trainings) if (folder := _folder(run)))
    return OldRuns(name, _ids(studies), _ids(trainings), size)


def _ids(runs: list[Run]) -> tuple[str, ...]:
    return tuple(str(run.info.run_id) for run in runs)


def _needed(client: MlflowClient) -> frozenset[str]:
    """The runs that versions were made by, and the studies that decided on versions."""
    needed: set[str] = set()
    token = None
    while True:
        page = client.search_model_versions(max_results=PAGE, page_token=token)
        for version in page:
            needed.add(version.run_id or "")
            needed |= {tag.removeprefix(RECORD_TAG) for tag in version.tags if tag.startswith(RECORD_TAG)}
        token = page.token
        if not token:
            return frozenset(needed)


def _remove(client: MlflowClient, registry: Registry, run_id: str) -> None:
    run = client.get_run(run_id)
    if run.info.lifecycle_stage != LifecycleStage.DELETED:
        client.delete_run(run_id)
    if kind_of(registry.tracking_uri) == "server":
        return
    if folder := _folder(run):
        shutil.rmtree(folder, ignore_errors=True)
    else:
        get_artifact_repository(run.info.artifact_uri).delete_artifacts()
    client._tracking_client.store._hard_delete_run(run_id)  # what `mlflow gc` calls


def _folder(run: Run) -> Path | None:
    """Where a run's artifacts are, if that is a folder of this machine that is the run's alone."""
    uri = str(run.info.artifact_uri)
    if not uri.startswith("file:"):
        return None
    folder = Path(local_file_uri_to_path(uri)).parent
    return folder if folder.name == run.info.run_id else None


def _bytes(folder: Path) -> int:
    return sum(file.lstat().st_size for file in folder.rglob("*"))


def _last_used(run: Run) -> float:
    """Seconds since 1970: when it ended, or was last found to have its answer already."""
    ended = max(run.info.start_time or 0, run.info.end_time or 0) / 1000
    return max(ended, _seconds(run.data.tags))


def _seconds(tags: Mapping[str, str]) -> float:
    try:
        return datetime.fromisoformat(tags[UNCHANGED_TAG]).timestamp()
    except (KeyError, ValueError):
        return 0.0


def _runs(client: MlflowClient, experiments: list[str], asked: str) -> Iterator[Run]:
    """Also those that were deleted, which a database keeps; of a server not, which has been told to hide them."""
    view = ViewType.ACTIVE_ONLY if kind_of(client.tracking_uri) == "server" else ViewType.ALL
    token = None
    while experiments:
        page = client.search_runs(experiments, asked, view, max_results=PAGE, page_token=token)
        yield from page
        token = page.token
        if not token:
            return


def _experiments(client: MlflowClient) -> Iterator[Experiment]:
    token = None
    while True:
        page = client.search_experiments(ViewType.ALL, max_results=PAGE, page_token=token)
        yield from page
        token = page.token
        if not token:
            return
