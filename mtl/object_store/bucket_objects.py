"""A store in a bucket of S3, or of a server that speaks as S3 does."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import final

from fsspec import AbstractFileSystem
from typing_extensions import override

from mtl.errors import MtlError
from mtl.object_store.objects import Objects
from mtl.shown import reason_of, without_passwords

TRIES = 3
"""How often a creation is asked for that the server neither makes nor refuses: another writer was in the middle."""


@final
class BucketObjects(Objects):
    """Objects below a prefix of a bucket; every method raises `MtlError` where the server cannot be used."""

    def __init__(self, files: AbstractFileSystem, root: str, address: str) -> None:
        self.address, self._files, self._root = address, files, root

    @override
    def create(self, name: str, content: bytes) -> bool:
        with self._told():
            for tried in range(1, TRIES + 1):
                try:
                    self._files.pipe_file(self._at(name), content, mode="create")
                except OSError:
                    # Servers refuse in several ways; what is there tells.
                    there = self.read(name)
                    if there is not None:
                        return there == content
                    if tried == TRIES:
                        raise
                else:
                    return True
        return False

    @override
    def replace(self, name: str, content: bytes) -> None:
        with self._told():
            self._files.pipe_file(self._at(name), content)

    @override
    def read(self, name: str) -> bytes | None:
        with self._told():
            try:
                content: bytes = self._files.cat_file(self._at(name))
            except FileNotFoundError:
                return None
            return content

    @override
    def has(self, name: str) -> bool:
        with self._told():
            return bool(self._files.isfile(self._at(name)))

    @override
    def send(self, name: str, file: Path) -> None:
        with self._told():
            self._files.put_file(str(file), self._at(name))

    @override
    def fetch(self, name: str, file: Path) -> bool:
        with self._told():
            try:
                self._files.get_file(self._at(name), str(file))
            except FileNotFoundError:
                return False
            return True

    @override
    def remove(self, name: str) -> None:
        with self._told():
            self._files.rm_file(self._at(name))

    def _at(self, name: str) -> str:
        return f"{self._root}/{name}"

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Whatever the server's package raises, in one line."""
        try:
            yield
        except MtlError:
            raise
        except Exception as error:
            reason = without_passwords(reason_of(error))
            raise MtlError(f"MTL_STORE: {self.address} cannot be used: {reason}; are bucket and keys right?") from error
