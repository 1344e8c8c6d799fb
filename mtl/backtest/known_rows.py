"""Which rows a retrain of some day can read: later ones are not in its table, so that nothing can depend on them."""

from pathlib import Path

import numpy as np
import pandas as pd

from mtl.backtest.ticks import Tick, as_of, days_in, within
from mtl.data.frame import Frame, write_frame
from mtl.data.splits import SIDES, split_rows
from mtl.spec import Spec


def known_at(spec: Spec, frame: Frame, tick: Tick, folder: Path) -> Frame:
    """The rows of a tick's three sides, as a table of their own below `folder`.

    Raises:
        DataError: a side is empty, or a day cannot be read.
    """
    before = days_in(spec, frame.table) < pd.Timestamp(tick.test_end)
    known = frame.table[before.to_numpy()].reset_index(drop=True)
    split = split_rows(as_of(spec, tick), known)
    kept = np.sort(np.concatenate([split.rows(side) for side in SIDES]))
    return write_frame(known.iloc[kept].reset_index(drop=True), folder)


def rows_following(spec: Spec, frame: Frame, tick: Tick) -> pd.DataFrame:
    """The rows of the window after a tick's test window, which no run, choice or decision of the tick has seen."""
    chosen = within(days_in(spec, frame.table), tick.decided_on, tick.until)
    return frame.table[chosen].reset_index(drop=True)
