"""Files and folders in a store under the sha256 of their content: sent once, and verified when they are fetched."""

import hashlib
from pathlib import Path, PurePosixPath

from mtl.errors import MtlError
from mtl.manifest import MANIFEST, is_intact, is_intact_file, sha256_of, sums_of
from mtl.object_store.objects import Objects
from mtl.storage import partial_file, whole_folder

SMALL = 1 << 20
"""Bytes up to which a file is sent without asking whether it is there: the question takes as long."""


def send_file(objects: Objects, file: Path, sha256: str) -> None:
    """Send a file of that content, unless it is there."""
    if file.stat().st_size <= SMALL or not objects.has(_named(sha256)):
        objects.send(_named(sha256), file)


def send_folder(objects: Objects, folder: Path) -> str:
    """Send each file of a folder that has a manifest, and the manifest last; the digest to fetch the folder by."""
    manifest = (folder / MANIFEST).read_bytes()
    for name, sha256 in sums_of(manifest.decode()).items():
        send_file(objects, folder / name, sha256)
    digest = hashlib.sha256(manifest).hexdigest()
    objects.replace(_named(digest), manifest)
    return digest


def fetch_file(objects: Objects, sha256: str, target: Path) -> None:
    """Have a file of that content at `target`: what is there already, or what the store has, whole or not at all.

    Raises:
        MtlError: the store does not have it, or has something else in its place.
    """
    if is_intact_file(target, sha256):
        return
    with partial_file(target) as partial:
        _fetch(objects, sha256, partial)
        partial.replace(target)


def fetch_folder(objects: Objects, digest: str, target: Path) -> None:
    """Have the folder of that digest at `target`: what is there already if it is intact, or what the store has.

    Raises:
        MtlError: the store lacks a file of it, has something else in its place, or names one outside the folder.
    """
    if is_intact(target):
        return
    with whole_folder(target) as partial:
        _fetch(objects, digest, partial / MANIFEST)
        for name, sha256 in sums_of((partial / MANIFEST).read_text(encoding="utf-8")).items():
            place = PurePosixPath(name)
            if place.is_absolute() or ".." in place.parts:
                raise _damaged(objects, digest)
            (partial / place).parent.mkdir(parents=True, exist_ok=True)
            _fetch(objects, sha256, partial / place)


def _fetch(objects: Objects, sha256: str, file: Path) -> None:
    if not objects.fetch(_named(sha256), file):
        raise MtlError(f"MTL_STORE: {objects.address} does not have {_named(sha256)}; run the study again to send it")
    if sha256_of(file) != sha256:
        raise _damaged(objects, sha256)


def _damaged(objects: Objects, sha256: str) -> MtlError:
    return MtlError(
        f"MTL_STORE: {_named(sha256)} in {objects.address} is not as it was sent; remove it there and run the study"
        " again"
    )


def _named(sha256: str) -> str:
    return f"files/{sha256}"
