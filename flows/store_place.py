"""Where a call finds the store that hosts share; imports little, for a worker of Dask reads it while others wait."""

import platform
from dataclasses import dataclass
from pathlib import Path

from mtl.errors import UserError
from mtl.object_store.objects import require_one_writer
from mtl.object_store.open_objects import open_objects


@dataclass(frozen=True)
class StorePlace:
    """Where a call finds the store, and the home to work in.

    Attributes:
        home: None for the worker's own.
    """

    address: str
    home: Path | None = None

    def require(self) -> None:
        """Try from this process whether the store is there and keeps what was created.

        Raises:
            UserError: with the host's name, if it cannot be reached or used.
        """
        try:
            require_one_writer(open_objects(self.address))
        except Exception as error:
            raise UserError(f"{error} (asked on {platform.node()})") from error
