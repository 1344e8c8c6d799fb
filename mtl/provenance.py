"""Digests that say whether a stored result still answers the question it was computed for."""

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path


@cache
def source_digest(*packages: str) -> str:
    """The sha256 of the Python sources of `packages`: results of other code are not reused."""
    digest = hashlib.sha256()
    for package in packages:
        origin = _origin(package)
        files = sorted(origin.parent.rglob("*.py")) if origin.name == "__init__.py" else [origin]
        for file in files:
            digest.update(_named(file, origin.parent))
    return digest.hexdigest()


def _origin(package: str) -> Path:
    """The file of a module, without importing it: that of some takes seconds."""
    found = find_spec(package)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(f"no module '{package}' with a source file")
    return Path(found.origin)


def digest_of(*parts: object) -> str:
    """The sha256 of plain values, by their canonical JSON."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def folder_digest(folder: Path) -> str:
    """The sha256 of the names and contents of every file below `folder`."""
    return files_digest(folder, [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()])


def files_digest(folder: Path, files: Iterable[Path | str]) -> str:
    """The sha256 of the names and contents of some files below `folder`."""
    digest = hashlib.sha256()
    for file in sorted(folder / file for file in files):
        digest.update(_named(file, folder))
    return digest.hexdigest()


def _named(file: Path, folder: Path) -> bytes:
    """A line of the file's name below `folder` and its content's sha256: a file that moves is another file."""
    content = hashlib.sha256(file.read_bytes()).hexdigest()
    return f"{file.relative_to(folder).as_posix()}\0{content}\n".encode()
