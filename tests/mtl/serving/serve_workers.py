"""Serve what a file names by several processes, to be stopped: `VERSION FOLDER` in it, or what went wrong in a word.

Prints the port, and `stopped` at the end. A second argument is a folder in which all that is predicted is logged.
"""

import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mtl.errors import MtlError
from mtl.serving.app import create_app
from mtl.serving.logged_rows import LogTo
from mtl.serving.workers import serve_with_workers


@dataclass(frozen=True)
class FileSource:
    file: Path

    def current(self) -> tuple[str, Path]:
        version, *folder = self.file.read_text(encoding="utf-8").split()
        if not folder:
            raise MtlError(version)
        return version, Path(folder[0])


if __name__ == "__main__":
    source = FileSource(Path(sys.argv[1]))
    ready = partial(print, flush=True)
    log = LogTo(Path(sys.argv[2]), 1.0) if len(sys.argv) > 2 else None
    serve_with_workers(partial(create_app, "demo", log=log), lambda: source, ("127.0.0.1", 0), 2, 0.05, ready)
    ready("stopped")
