"""Problems with a planted signal: numbers with gaps, categories and texts that say which label a row has."""

import numpy as np
from numpy.typing import NDArray

from mtl.baselines.baseline import LabelledRows, Problem
from mtl.baselines.design.design_rows import DesignRows
from mtl.features.design_blocks import Codes, DesignBlock, Numbers, Texts

ROWS = 400
WORDS = np.array(["dull", "plain", "fine", "splendid"], dtype=object)


def rows_of(signal: NDArray[np.float64], blocks: str, seed: int) -> DesignRows:
    """Rows whose blocks, named by a letter each, show a signal in [0, 4) and something that means nothing."""
    rng, rows = np.random.default_rng(seed), len(signal)
    levels = signal.astype(int)
    numbers = np.column_stack([signal + 0.1 * rng.normal(size=rows), rng.normal(size=rows), np.full(rows, np.nan)])
    numbers[rng.random(rows) < 0.1, 0] = np.nan
    codes = np.column_stack([levels + 1, rng.integers(0, 400, size=rows)]).astype(np.int32)
    codes[rng.random(rows) < 0.1, 0] = 0
    noise = rng.integers(0, 9, size=rows)
    texts = np.array([f"a {WORDS[level]} word {other} :-)" for level, other in zip(levels, noise, strict=True)], object)
    known: dict[str, DesignBlock] = {"n": Numbers(numbers), "c": Codes(codes), "t": Texts(texts)}
    return DesignRows(tuple(known[letter] for letter in blocks))


def labels_of(signal: NDArray[np.float64], num_classes: int) -> NDArray[np.float64]:
    """What the signal says: numbers far from 0, or class indices."""
    return 100.0 + 10.0 * signal if not num_classes else np.floor(signal * num_classes / 4)


def problem(num_classes: int, blocks: str = "nct", rows: int = ROWS, seed: int = 0) -> Problem:
    """Training and validation rows of one task."""
    signals = [np.random.default_rng((seed, side)).uniform(0, 4, size=rows) for side in (0, 1)]
    train, validation = (
        LabelledRows(rows_of(signal, blocks, seed + side), labels_of(signal, num_classes))
        for side, signal in enumerate(signals)
    )
    return Problem(num_classes, train, validation, seed=0)
