"""The contract of an example data set: an entry of `mtl/examples/readers/`."""

from abc import ABC, abstractmethod
from pathlib import Path

import pandas as pd


class Example(ABC):
    """A data set that specs name as `data: {example: …}`."""

    @abstractmethod
    def read(self, cache: Path) -> pd.DataFrame:
        """The table; what is fetched for it is kept under `cache`.

        Raises:
            DataError: it cannot be fetched.
        """
