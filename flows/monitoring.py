"""`mtl monitor`: the champion of a model, by what was logged of it and by the labels that have come since."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pandas as pd
from filelock import FileLock, Timeout

from flows.arguments import require_name
from flows.notifying import notify
from flows.settings import home_folder, read_keys, read_receivers, read_settings
from mtl import registry
from mtl.data.profile import Profile
from mtl.data.sources.path import PathSource
from mtl.data.sources.sql import SqlSource
from mtl.errors import MtlError, UserError
from mtl.jsonable import from_json
from mtl.monitoring.label_join import Joined, join_labels
from mtl.monitoring.moved_columns import compare_columns
from mtl.monitoring.observing import TaskFinding, observe
from mtl.monitoring.opponents.beside import opponent_of, read_about
from mtl.monitoring.prediction_files import read_predictions
from mtl.monitoring.promise import Promise
from mtl.monitoring.watch import TaskWatch, limit_of
from mtl.monitoring.watch_store import read_watches, write_watches
from mtl.report.monitoring_report import PAGE, Monitored, alarm_sentences, write_monitoring_report
from mtl.report.notice import notice_of_harm
from mtl.serving.bundle import PROFILE, Bundle, load_bundle
from mtl.study.store import Store

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asked:
    """What `mtl monitor` was asked.

    Attributes:
        labels: a file, or the address of a database and a query; None where none have come.
        rollback: whether to move the champion back where it does harm.
    """

    name: str
    log: Path
    labels: Path | tuple[str, str] | None = None
    rollback: bool = False


@dataclass(frozen=True)
class _Version:
    """A champion under watch, and where what is known of it is kept."""

    champion: registry.Champion
    bundle: Bundle
    beside: Path
    promise: Promise
    folder: Path

    @property
    def watches(self) -> Path:
        """The file of its watches: another registry's version of the same number has another."""
        return self.folder / f"{self.champion.version}-{self.bundle.digest[:12]}.safetensors"


def monitor_champion(asked: Asked) -> Monitored:
    """Look at the champion; tell whoever is to be told of harm, and move the alias back if that was asked.

    Raises:
        UserError: a name, a folder or labels that are none; another monitor of this model is at work.
        MtlError: there is no champion, or nothing lies beside it; a damaged file of watches.
        RegistryUnreachableError: the registry cannot be read.
    """
    require_name(asked.name)
    receivers, settings = read_receivers(), read_settings()
    where = registry.Registry(settings.tracking_uri)
    registry.probe(where)
    folder = page_of(asked.name).parent
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / ".lock", timeout=0):
            version = _champion(asked.name, where, Store(settings.home).downloads(where.shown), folder)
            found, fresh = _looked(asked, version)
            if asked.rollback and found.alarms:
                found = _rolled_back(where, version.champion, found)
            page = write_monitoring_report(found, folder)
    except Timeout:
        raise UserError(
            f"NAME: another monitor of {asked.name} is at work in {folder}; wait until it has ended"
        ) from None
    if fresh or found.moved_back:
        for sentence in alarm_sentences(found):
            LOG.warning("%s", sentence)
        notify(receivers, notice_of_harm(asked.name, alarm_sentences(found), str(page)))
    return found


def page_of(name: str) -> Path:
    """Where the page of a model is."""
    return home_folder() / "monitor" / name / PAGE


def _champion(name: str, where: registry.Registry, downloads: Path, folder: Path) -> _Version:
    champion = registry.read_champion(where, name)
    if isinstance(champion, registry.NoChampion):
        raise MtlError(f"{name} has no champion yet at {where.shown}; promote a version first")
    digest = registry.vouched_bundle(champion.model, read_keys())
    bundle = load_bundle(registry.download_bundle(where, champion.model, downloads, digest=digest))
    beside = registry.download_opponents(where, champion.model, downloads)
    if beside is None:
        raise MtlError(
            f"{champion.model} has nothing beside it to be compared with: it was registered before the models that it"
            " replaced were kept, or by `mtl judge`; the next promotion by `mtl run` will have"
        )
    return _Version(champion, bundle, beside, read_about(beside)[0], folder)


def _looked(asked: Asked, version: _Version) -> tuple[Monitored, bool]:
    """What is known now, and whether some task was found worse for the first time."""
    logged = read_predictions(asked.log, version.champion.version)
    joined = _joined(asked, version, logged)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    before = read_watches(version.watches)
    watches, findings = dict(before), []
    judged = limit_of(len(version.promise.tasks)), now
    tasks = {task.name: task for task in version.bundle.tasks}
    for promise in version.promise.tasks:
        watch = before.get(promise.task) or TaskWatch.start(promise)
        load = partial(opponent_of, version.beside, version.promise, promise.task)
        watches[promise.task], finding = observe(tasks[promise.task], joined, watch, load, judged)
        findings.append(finding)
    write_watches(version.watches, watches)
    moved = compare_columns(_profile(version.bundle), read_about(version.beside)[1], logged)
    rows = len(logged), len(joined.units)
    found = Monitored(asked.name, version.champion.version, now, rows, tuple(findings), moved)
    return found, any(_is_new(each, before) for each in findings)


def _is_new(finding: TaskFinding, before: dict[str, TaskWatch]) -> bool:
    known = before.get(finding.task)
    return bool(finding.alarmed_at) and not (known and known.alarmed_at)


def _joined(asked: Asked, version: _Version, logged: pd.DataFrame) -> Joined:
    key = version.bundle.key
    if asked.labels is None or not len(logged):
        return Joined(logged, pd.DataFrame(index=logged.index), pd.Series(dtype="uint64").to_numpy())
    if not key:
        raise UserError(
            f"--labels: {asked.name} has no key to join labels by; name the columns that name a row in its spec,"
            " `data: {key: [...]}`, and promote a version of that"
        )
    columns = {
        promise.task: version.promise.labels.get(promise.task, promise.task) for promise in version.promise.tasks
    }
    return join_labels(logged, _labels(asked.labels), key, columns)


def _labels(place: Path | tuple[str, str]) -> pd.DataFrame:
    source = PathSource(place) if isinstance(place, Path) else SqlSource(*place)
    return source.read(Path())


def _profile(bundle: Bundle) -> Profile | None:
    """Of training rows; versions of before have none."""
    file = bundle.folder / PROFILE
    return from_json(Profile, file.read_bytes()) if file.is_file() else None


def _rolled_back(where: registry.Registry, champion: registry.Champion, found: Monitored) -> Monitored:
    """With what became of the rollback; that nothing came before is told, and changes nothing."""
    try:
        done = registry.rollback(where, found.name, champion, " ".join(alarm_sentences(found)))
    except MtlError as error:
        return found.with_move(f"not rolled back: {error}")
    return found.with_move(f"{found.name} is back at version {done.version}, after version {done.replaced}.")
