"""`mtl clean`: what a home holds that could be computed again, and that nothing has used for long."""

import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from flows.settings import read_settings
from flows.when import length_of
from mtl.errors import LeaseError, UserError
from mtl.study.store import Store
from mtl.study.unused import Unused, remove, unused

SHORTEST = timedelta(days=2)
"""Linux notes a read of a file once a day: what a study uses now was last used yesterday at the earliest."""


def clean(keep: int, older_than: str, dry_run: bool) -> str:
    """Remove it, or with `dry_run` nothing; what became of it, in a few lines.

    Raises:
        UserError: `older_than` is no time, or too short a one.
        LeaseError: a study is under way in this home.
    """
    before = time.time() - _age(older_than).total_seconds()
    settings = read_settings()
    lock = FileLock(settings.home / "study.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise LeaseError(f"a study is under way in {settings.home}; clean it when that is done") from None
    try:
        found = unused(Store(settings.home), before, keep)
        if not dry_run:
            remove(found)
    finally:
        lock.release()
    return _told(found, settings.home, older_than, dry_run)


def _age(text: str) -> timedelta:
    age = length_of(text, "--older-than", "90d")
    if age < SHORTEST:
        raise UserError(
            f"--older-than: expected at least {SHORTEST.days}d; got '{text}': studies under way use the rest"
        )
    return age


def _told(found: tuple[Unused, ...], home: Path, older_than: str, dry_run: bool) -> str:
    if not found:
        return f"Nothing in {home} was unused for {older_than} beyond what is kept."
    count, size = Counter[str](), Counter[str]()
    for entry in found:
        count[entry.path.parent.name] += 1
        size[entry.path.parent.name] += entry.size
    lines = [f"{room}: {count[room]}, {size[room] / 1e6:.1f} MB" for room in sorted(count)]
    end = "would be removed; nothing was" if dry_run else "removed; a study that needs some of it makes it again"
    return "\n".join([*lines, f"{sum(size.values()) / 1e6:.1f} MB in {home}, unused for {older_than}: {end}."])
