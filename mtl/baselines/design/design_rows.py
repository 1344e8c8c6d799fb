"""Rows as models that are no networks read them: blocks that the kinds of features give."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtl.data.frame import Frame
from mtl.data.prepared import Side
from mtl.data.stored_table import AnyTable, in_memory, rows_at
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


def design_rows(
    transforms: Transforms, side: Side, table: AnyTable, chosen: NDArray[np.int64] | None = None
) -> DesignRows:
    """The rows of a side, or those `chosen` by their positions in it; `table` holds the raw rows of the whole frame."""
    rows, inputs = (side.rows, side.inputs) if chosen is None else (side.rows[chosen], side.inputs.rows(chosen))
    columns = [column for feature in transforms.features.values() for column in feature.columns]
    part = in_memory(rows_at(table, rows), list(dict.fromkeys(columns))).reset_index(drop=True)
    fitted = transforms.features.items()
    return DesignRows(tuple(block for kind, feature in fitted for block in feature.design(part, inputs.arrays[kind])))


def raw_rows(frame: Frame, columns: Sequence[str]) -> AnyTable:
    """Some columns of a stored frame, if they fit into memory; else what reads them."""
    stored = frame.stored
    return pd.read_parquet(frame.path, columns=list(columns)) if stored is None else stored
