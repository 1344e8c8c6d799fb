"""Rows as models that are no networks read them: blocks that the kinds of features give."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from numpy.typing import NDArray

from mtl.data.prepared import Side
from mtl.data.transforms import Transforms
from mtl.features.design_blocks import DesignBlock


@dataclass(frozen=True, eq=False)
class DesignRows:
    """Blocks side by side, all of as many rows."""

    blocks: tuple[DesignBlock, ...]

    def __len__(self) -> int:
        """N."""
        return len(self.blocks[0].values)

    def rows(self, index: NDArray[Any]) -> "DesignRows":
        """The rows at `index`."""
        return DesignRows(tuple(block.rows(index) for block in self.blocks))


def design_rows(transforms: Transforms, side: Side, table: pd.DataFrame) -> DesignRows:
    """The rows of a side; `table` holds the raw rows of the whole frame."""
    part = table.iloc[side.rows].reset_index(drop=True)
    arrays = side.inputs.arrays
    fitted = transforms.features.items()
    return DesignRows(tuple(block for kind, feature in fitted for block in feature.design(part, arrays[kind])))


def raw_rows(frame: Path, columns: Sequence[str]) -> pd.DataFrame:
    """Some columns of a stored frame."""
    return pd.read_parquet(frame, columns=list(columns))
