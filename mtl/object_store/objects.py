"""The contract of a store: bytes by name, each whole or absent, and one writer alone for what is created."""

from abc import ABC, abstractmethod
from pathlib import Path
from uuid import uuid4

from mtl.errors import UserError


class Objects(ABC):
    """What hosts see in common. A name is like a relative path: `files/9f86d081`.

    Attributes:
        address: of the store, as people may read it.
    """

    address: str

    @abstractmethod
    def create(self, name: str, content: bytes) -> bool:
        """Write it unless there is one of that name, which then stays.

        Whether what is there afterwards is `content`: a writer whose answer was lost may ask again.
        """

    @abstractmethod
    def replace(self, name: str, content: bytes) -> None:
        """Write it, whatever was there."""

    @abstractmethod
    def read(self, name: str) -> bytes | None:
        """What is there, or None."""

    @abstractmethod
    def has(self, name: str) -> bool:
        """Whether there is one of that name."""

    @abstractmethod
    def send(self, name: str, file: Path) -> None:
        """Write the content of a file, whatever was there."""

    @abstractmethod
    def fetch(self, name: str, file: Path) -> bool:
        """Write what is there to a file; whether there was one."""

    @abstractmethod
    def remove(self, name: str) -> None:
        """Remove it, if it is there."""


def require_one_writer(objects: Objects) -> None:
    """Try whether a store can be written to, and keeps what one writer has created from the next.

    Raises:
        UserError: it overwrites what was to be created, or does not give back what was written.
    """
    name = f"tried/{uuid4().hex}"
    kept = objects.create(name, b"first") and not objects.create(name, b"second") and objects.read(name) == b"first"
    objects.remove(name)
    if not kept:
        raise UserError(
            f"MTL_STORE: {objects.address} writes over what is there when asked not to (If-None-Match: *), so that two"
            " hosts could each leave a result; use a store that knows conditional writes"
        )
