"""Files that are either whole or absent, whatever is killed when."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """A new folder to fill; it becomes `target` at the end, all at once. If another process was first, theirs stays."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{target.name[:16]}-", dir=target.parent))
    try:
        yield partial
        try:
            partial.rename(target)
        except OSError:
            # Another process made the same folder first. The same name means the same content: theirs is as good.
            if not target.is_dir():
                raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def write_json(path: Path, plain: object) -> None:
    """Write plain values as JSON, all at once."""
    partial = path.with_name(f".{path.name}-{os.getpid()}")
    partial.write_text(json.dumps(plain, indent=1, sort_keys=True), encoding="utf-8")
    partial.replace(path)


def read_json(path: Path) -> Any:  # noqa: ANN401  # JSON
    """Read plain values."""
    return json.loads(path.read_text(encoding="utf-8"))
