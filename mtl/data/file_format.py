"""The contract of a file format: an entry of `mtl/data/formats/`."""

from abc import ABC, abstractmethod
from pathlib import Path

import pandas as pd


class FileFormat(ABC):
    """Files with the suffix that the entry's file is named after."""

    def column_names(self, path: Path) -> tuple[str, ...] | None:
        """The names alone, where they are found without reading the rows; raises what `read` does."""
        return None

    @abstractmethod
    def read(self, path: Path) -> pd.DataFrame:
        """The table in a file, its columns named as they are there.

        Raises:
            ValueError, OSError, ParserWarning, ArrowException: it cannot be read.
        """
