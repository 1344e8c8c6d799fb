"""Where tests keep the example archives: in the checkout, so that the package index is asked once."""

from functools import cache
from pathlib import Path

import pandas as pd

from mtl.extensions import EXAMPLES


def shared_cache() -> Path:
    """`.mtl/examples` of this checkout, created when absent; git ignores it."""
    folder = Path(__file__).parents[3] / ".mtl" / "examples"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@cache
def example_table(name: str) -> pd.DataFrame:
    """The table of an example, read once per test session; do not change it in place."""
    return EXAMPLES.get(name)().read(shared_cache())
