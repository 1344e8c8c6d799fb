"""What `mtl clean` removes from MLflow and from Prefect: files of the home by their own means, servers by theirs."""

import os
from importlib import import_module
from pathlib import Path

from flows.prefect_records import DATABASE, OldRecords, bytes_of_records, old_records, remove_records
from flows.servers import API_URL_FILE
from flows.settings import Settings, configure_prefect
from mtl import registry
from mtl.registry.connection import Registry, kind_of, sqlite_file
from mtl.registry.database_size import bytes_of, shrink, without_runs, would_free
from mtl.storage import is_file, read_json


def clean_mlflow(settings: Settings, before: float, keep: int, dry_run: bool, only: str | None) -> list[str]:
    """Remove old runs of studies, or with `dry_run` none; what became of it, a line for each name.

    Raises RegistryUnreachableError.
    """
    where = Registry(settings.tracking_uri)
    file = sqlite_file(where.tracking_uri)
    if file is not None and not file.exists():
        return []
    on_server = kind_of(where.tracking_uri) == "server"
    old = registry.old_runs(where, before, keep, only if file is None else None)
    gone = [each for each in old if dry_run or registry.remove_old_runs(where, each)]
    end = "; on the server they are hidden, `mlflow gc` there frees them" if on_server and gone and not dry_run else ""
    lines = [f"MLflow, {each}{end}" for each in gone]
    lines += [f"MLflow, {each.study}: a study is under way, nothing removed" for each in old if each not in gone]
    if gone and file is not None:
        lines.append(f"MLflow's database: {_database(file, gone, dry_run) / 1e6:.1f} MB")
    return lines


def _database(file: Path, gone: list[registry.OldRuns], dry_run: bool) -> int:
    """Bytes that it loses."""
    if dry_run:
        return would_free(file, without_runs(run for each in gone for run in (*each.studies, *each.trainings)))
    before = bytes_of(file)
    shrink(file)
    return max(0, before - bytes_of(file))


def clean_prefect(settings: Settings, before: float, keep: int, dry_run: bool, only: str | None) -> list[str]:
    """Remove old flow runs and what belongs to them, or with `dry_run` none; what became of it, in a line.

    Raises MtlError where a team's server does not answer.
    """
    if not is_ours(settings):
        return _on_server(settings, before, keep, dry_run, only)
    file = settings.home / DATABASE
    old = old_records(file, before, keep)
    if not old:
        return []
    size = bytes_of_records(file, old) if dry_run else remove_records(file, old)
    return [f"{_told(old)}, {size / 1e6:.1f} MB"]


def _told(old: OldRecords) -> str:
    return f"Prefect: {len(old.runs)} flow runs with their steps, logs and artifacts, {old.events} events"


def is_ours(settings: Settings) -> bool:
    """Whether Prefect keeps its records in the home: no server is named, or but the one that was started from it."""
    note = settings.home / API_URL_FILE
    return settings.prefect_api_url is None or (is_file(note) and read_json(note)["api"] == settings.prefect_api_url)


def _on_server(settings: Settings, before: float, keep: int, dry_run: bool, only: str | None) -> list[str]:
    configure_prefect(settings)
    os.environ["PREFECT_API_URL"] = settings.prefect_api_url or ""
    import_module("flows.reach_prefect").reach_prefect()  # Prefect reads its settings when it is imported
    records = import_module("flows.prefect_server_records")
    old = records.old_server_runs(before, keep, only)
    if old and not dry_run:
        records.remove_server_runs(old)
    return [f"Prefect's server: {len(old)} flow runs with their steps, logs and artifacts"] if old else []
