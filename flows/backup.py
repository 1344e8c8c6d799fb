"""`mtl backup` and `mtl restore`: what a home holds and nobody could compute again, in one file."""

import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from flows.settings import read_settings
from mtl.errors import MtlError, UserError
from mtl.manifest import MANIFEST, changed_files, write_manifest
from mtl.registry.connection import sqlite_file
from mtl.registry.database_copy import copy_database, relocate
from mtl.shown import reason_of, shortened, without_passwords
from mtl.storage import partial_file, read_json, write_json

DATABASE, ABOUT = "mlflow.db", "backup.json"
FOLDERS = ("artifacts", "reports", "outcomes", "data_docs")
"""Below a home, beside the database. What runs left, arrays and rows are made again when they are asked for."""


def back_up(target: Path) -> str:
    """Write a home's registry, artifacts and reports to a file; what was written, in a sentence.

    The database is copied first: whatever it names is there by then, also while a study goes on.

    Raises:
        UserError: the registry is no SQLite file of this home, or `target` cannot be written.
    """
    settings = read_settings()
    _require_own(settings.tracking_uri, settings.home)
    database = settings.home / DATABASE
    if not database.exists():
        raise UserError(f"MTL_HOME: {settings.home} has no registry yet: there is nothing to back up")
    _require_writable(target)
    with _beside(settings.home) as folder, partial_file(target.absolute()) as partial:
        copy_database(database, folder / DATABASE)
        for name in FOLDERS:
            if (settings.home / name).is_dir():
                shutil.copytree(settings.home / name, folder / name, copy_function=_link)
        made = datetime.now(UTC).isoformat(timespec="seconds")
        write_json(folder / ABOUT, {"home": str(settings.home), "made": made})
        write_manifest(folder)
        with tarfile.open(partial, "w:gz") as archive:
            archive.add(folder, ".")
        partial.replace(target)
    return f"{target} holds the registry and the reports of {settings.home} ({target.stat().st_size / 1e6:.1f} MB)."


def restore(source: Path) -> str:
    """Put back what `back_up` wrote, into a home that has none of it, wherever that is; what was done, in a sentence.

    Raises:
        UserError: the home has a registry or reports of its own.
        MtlError: the file is none that `back_up` wrote, or is not as it was written.
    """
    settings = read_settings()
    home = settings.home
    _require_own(settings.tracking_uri, home)
    if there := [name for name in (DATABASE, *FOLDERS) if (home / name).exists()]:
        raise UserError(f"MTL_HOME: {home} holds {', '.join(there)} already: restore into an empty home, or move them")
    with _beside(home) as folder:
        _extract(source, folder)
        about = read_json(folder / ABOUT)
        relocate(folder / DATABASE, Path(about["home"]), home)
        for name in (*FOLDERS, DATABASE):  # the registry last: before it is there, a second try begins anew
            if (folder / name).exists():
                (folder / name).rename(home / name)
    return f"{home} is as {about['home']} was when it was backed up, {about['made']}."


def _require_own(uri: str, home: Path) -> None:
    if sqlite_file(uri) != home / DATABASE:
        raise UserError(
            f"MLFLOW_TRACKING_URI: expected the SQLite file of {home}; got '{shortened(without_passwords(uri))}':"
            " back up a server's database with its own tools (pg_dump), and its artifacts beside it"
        )


def _extract(source: Path, folder: Path) -> None:
    try:
        with tarfile.open(source, "r:gz") as archive:
            archive.extractall(folder, filter="data")
    except (OSError, EOFError, tarfile.TarError) as error:
        raise MtlError(f"'{shortened(str(source))}' is no file that `mtl backup` wrote: {reason_of(error)}") from error
    if changed := changed_files(folder):
        raise MtlError(f"{source} is not as it was written: {changed[0]} differs; nothing was restored")
    (folder / MANIFEST).unlink()


@contextmanager
def _beside(home: Path) -> Iterator[Path]:
    """A folder on the same disk, for the block."""
    with TemporaryDirectory(prefix=".backup-", dir=home) as folder:
        yield Path(folder)


def _require_writable(target: Path) -> None:
    folder = target.absolute().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            return
    except (OSError, ValueError) as error:
        raise UserError(f"FILE: '{shortened(str(target))}' cannot be written: {reason_of(error)}") from error


def _link(source: str, target: str) -> None:
    """What is kept is replaced and never written to, so that another name for it is a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
