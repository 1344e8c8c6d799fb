"""MLflow lives here and nowhere else: studies and runs, registered models, their aliases, looks at test rows.

MLflow takes a second to import, so each function is imported when it is first used: write `from mtl import registry`
and `registry.promote(…)`. Values (`Registry`, `Champion`, …) cost nothing.
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

from mtl.registry.connection import Registry
from mtl.registry.decision_record import DecisionRecord, Origin
from mtl.registry.records import (
    ATTEMPT_TAG,
    REPORT_FOLDER,
    Artifact,
    Champion,
    DataRecord,
    ModelVersion,
    NoChampion,
    Outcome,
    Promotion,
    Rollback,
    RunStatus,
    StudyEnd,
    StudyRecord,
    TrainingRecord,
)

if TYPE_CHECKING:
    from mtl.registry.accepted import compared_champion, latest_accepted
    from mtl.registry.anchor import move_anchor, read_anchor
    from mtl.registry.asking import ModelAnswer, ask_model
    from mtl.registry.champion import promote, read_champion, rollback
    from mtl.registry.champion_source import RegistryChampionSource
    from mtl.registry.download import download_bundle, download_opponents, download_report
    from mtl.registry.lease import Lease, hold_lease
    from mtl.registry.ledger import LedgerEntry, LookRequest, close_look, open_look, read_ledger
    from mtl.registry.model_history import History, read_history
    from mtl.registry.reachability import probe
    from mtl.registry.registering import register
    from mtl.registry.removing import OldRuns, old_runs, remove_old_runs
    from mtl.registry.signing import Keys, read_keys
    from mtl.registry.study_pages import RecentStudy, recent_studies
    from mtl.registry.tracking import finish_study, log_metrics, log_training_run, log_training_runs, start_study
    from mtl.registry.training_log import TrainingLog, logging_trainings
    from mtl.registry.trust import Verified, record_decision, require_trusted, verify_version
    from mtl.registry.unchanged_study import note_unchanged, read_aliases
    from mtl.registry.verify import FreshProcess, verify_artifact
    from mtl.registry.versions import describe_version, is_bundle, read_version, tag_version, version_at
    from mtl.registry.vouching import vouched_bundle

__all__ = [
    "ATTEMPT_TAG",
    "REPORT_FOLDER",
    "Artifact",
    "Champion",
    "DataRecord",
    "DecisionRecord",
    "FreshProcess",
    "History",
    "Keys",
    "Lease",
    "LedgerEntry",
    "LookRequest",
    "ModelAnswer",
    "ModelVersion",
    "NoChampion",
    "OldRuns",
    "Origin",
    "Outcome",
    "Promotion",
    "RecentStudy",
    "Registry",
    "RegistryChampionSource",
    "Rollback",
    "RunStatus",
    "StudyEnd",
    "StudyRecord",
    "TrainingLog",
    "TrainingRecord",
    "Verified",
    "ask_model",
    "close_look",
    "compared_champion",
    "describe_version",
    "download_bundle",
    "download_opponents",
    "download_report",
    "finish_study",
    "hold_lease",
    "is_bundle",
    "latest_accepted",
    "log_metrics",
    "log_training_run",
    "log_training_runs",
    "logging_trainings",
    "move_anchor",
    "note_unchanged",
    "old_runs",
    "open_look",
    "probe",
    "promote",
    "read_aliases",
    "read_anchor",
    "read_champion",
    "read_history",
    "read_keys",
    "read_ledger",
    "read_version",
    "recent_studies",
    "record_decision",
    "register",
    "remove_old_runs",
    "require_trusted",
    "rollback",
    "start_study",
    "tag_version",
    "verify_artifact",
    "verify_version",
    "version_at",
    "vouched_bundle",
]

_HOMES = {
    "move_anchor": "anchor",
    "read_anchor": "anchor",
    "ModelAnswer": "asking",
    "ask_model": "asking",
    "compared_champion": "accepted",
    "History": "model_history",
    "read_history": "model_history",
    "Keys": "signing",
    "read_keys": "signing",
    "note_unchanged": "unchanged_study",
    "read_aliases": "unchanged_study",
    "Verified": "trust",
    "record_decision": "trust",
    "require_trusted": "trust",
    "verify_version": "trust",
    "vouched_bundle": "vouching",
    "latest_accepted": "accepted",
    "RegistryChampionSource": "champion_source",
    "download_bundle": "download",
    "download_opponents": "download",
    "download_report": "download",
    "finish_study": "tracking",
    "log_metrics": "tracking",
    "log_training_run": "tracking",
    "log_training_runs": "tracking",
    "TrainingLog": "training_log",
    "logging_trainings": "training_log",
    "Lease": "lease",
    "hold_lease": "lease",
    "LedgerEntry": "ledger",
    "LookRequest": "ledger",
    "close_look": "ledger",
    "open_look": "ledger",
    "read_ledger": "ledger",
    "OldRuns": "removing",
    "old_runs": "removing",
    "remove_old_runs": "removing",
    "probe": "reachability",
    "promote": "champion",
    "read_champion": "champion",
    "read_version": "versions",
    "register": "registering",
    "rollback": "champion",
    "start_study": "tracking",
    "RecentStudy": "study_pages",
    "recent_studies": "study_pages",
    "describe_version": "versions",
    "is_bundle": "versions",
    "tag_version": "versions",
    "version_at": "versions",
    "FreshProcess": "verify",
    "verify_artifact": "verify",
}

# MLflow reads these when it is imported. The user's own settings win. By default it retries a dead server for
# minutes, reports usage, and tells of each SQLite migration, each run's address and each downloaded file.
for _name, _value in {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "3",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",
}.items():
    os.environ.setdefault(_name, _value)


def __getattr__(name: str) -> Any:  # noqa: ANN401  # a function or a class, as named
    if name not in _HOMES:
        raise AttributeError(f"module 'mtl.registry' has no attribute '{name}'")
    return getattr(import_module(f"mtl.registry.{_HOMES[name]}"), name)
