"""Files that are either whole or absent, whatever is killed when."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """A new folder to fill; it becomes `target` at the end, all at once. If another writer was first, theirs stays."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = _beside(target)
    partial.mkdir()
    try:
        yield partial
        try:
            partial.rename(target)
        except OSError:
            # Another writer made the same folder first. The same name means the same content: theirs is as good.
            if not target.is_dir():
                raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)


@contextmanager
def partial_file(target: Path) -> Iterator[Path]:
    """The path of a file to write beside `target` and to rename; if it is still there at the end, it is removed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = _beside(target)
    try:
        yield partial
    finally:
        partial.unlink(missing_ok=True)


def write_json(path: Path, plain: object) -> None:
    """Write plain values as JSON, all at once."""
    with partial_file(path) as partial:
        partial.write_text(json.dumps(plain, indent=1, sort_keys=True), encoding="utf-8")
        partial.replace(path)


def read_json(path: Path) -> Any:  # noqa: ANN401  # JSON
    """Read plain values."""
    return json.loads(path.read_text(encoding="utf-8"))


def _beside(target: Path) -> Path:
    """A hidden path that no other writer has, not even a thread of the same process."""
    return target.with_name(f".{target.name[:16]}-{uuid4().hex}")
