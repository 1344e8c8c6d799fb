"""`mtl clean`: what a home, MLflow and Prefect keep that nothing has used for long and nothing needs any more."""

import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from filelock import FileLock, Timeout

from flows.cleaning_records import clean_mlflow, clean_prefect
from flows.settings import Settings, read_settings
from flows.when import OFF, length_of
from mtl.errors import LeaseError, MtlError, UserError
from mtl.study.store import Store
from mtl.study.unused import Unused, remove, unused

SHORTEST = timedelta(days=2)
"""Linux notes a read of a file once a day: what a study uses now was last used yesterday at the earliest."""


def retention_of(text: str) -> str:
    """How old is what a schedule removes by itself, as it was told. Raises UserError where that is no such time."""
    if text != OFF:
        age_of(text, "--retention")
    return text


def clean(keep: int, older_than: str, dry_run: bool, only: str | None = None) -> str:
    """Remove it, or with `dry_run` nothing; what became of it, in a few lines.

    Args:
        only: the one study whose records go from servers that others may use; all if None.

    Raises:
        UserError: `older_than` is no time, or too short a one.
        LeaseError: a study is under way in this home.
        MtlError: a server does not answer, or a database cannot be changed.
    """
    before = time.time() - age_of(older_than).total_seconds()
    settings = read_settings()
    with _no_study(settings), _one_line_for_a_database():
        found = unused(Store(settings.home), before, keep)
        if not dry_run:
            remove(found)
        told = _files(found)
        told += clean_mlflow(settings, before, keep, dry_run, only)
        told += clean_prefect(settings, before, keep, dry_run, only)
    if not told:
        return f"Nothing in {settings.home} was unused for {older_than} beyond what is kept."
    end = "would be removed; nothing was" if dry_run else "removed; a study that needs files of it makes them again"
    return "\n".join([*told, f"Unused for {older_than} in {settings.home}, or recorded before: {end}."])


def age_of(text: str, option: str = "--older-than") -> timedelta:
    """Of what goes. Raises UserError where it is none, or too short."""
    age = length_of(text, option, "90d")
    if age < SHORTEST:
        raise UserError(f"{option}: expected at least {SHORTEST.days}d; got '{text}': studies under way use the rest")
    return age


@contextmanager
def _no_study(settings: Settings) -> Iterator[None]:
    lock = FileLock(settings.home / "study.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise LeaseError(f"a study is under way in {settings.home}; clean it when that is done") from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _one_line_for_a_database() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise MtlError(f"a database could not be cleaned: {error}; try again when nobody uses it") from error


def _files(found: tuple[Unused, ...]) -> list[str]:
    count, size = Counter[str](), Counter[str]()
    for entry in found:
        count[entry.path.parent.name] += 1
        size[entry.path.parent.name] += entry.size
    return [f"{room}: {count[room]}, {size[room] / 1e6:.1f} MB" for room in sorted(count)]
