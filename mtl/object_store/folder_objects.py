"""A store in a folder: for hosts that share a disk at different paths, and to try a store without a server."""

import os
import shutil
from pathlib import Path
from typing import final

from typing_extensions import override

from mtl.object_store.objects import Objects
from mtl.storage import partial_file


@final
class FolderObjects(Objects):
    """Objects as files below a folder, on a file system that knows hard links."""

    def __init__(self, folder: Path) -> None:
        self.address, self._folder = str(folder), folder

    @override
    def create(self, name: str, content: bytes) -> bool:
        target = self._folder / name
        with partial_file(target) as partial:
            partial.write_bytes(content)
            try:
                # A link is made or refused all at once, and its file is whole before.
                os.link(partial, target)
            except FileExistsError:
                return target.read_bytes() == content
        return True

    @override
    def replace(self, name: str, content: bytes) -> None:
        with partial_file(self._folder / name) as partial:
            partial.write_bytes(content)
            partial.replace(self._folder / name)

    @override
    def read(self, name: str) -> bytes | None:
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None

    @override
    def has(self, name: str) -> bool:
        return (self._folder / name).is_file()

    @override
    def send(self, name: str, file: Path) -> None:
        with partial_file(self._folder / name) as partial:
            shutil.copyfile(file, partial)
            partial.replace(self._folder / name)

    @override
    def fetch(self, name: str, file: Path) -> bool:
        if not self.has(name):
            return False
        shutil.copyfile(self._folder / name, file)
        return True

    @override
    def remove(self, name: str) -> None:
        (self._folder / name).unlink(missing_ok=True)
