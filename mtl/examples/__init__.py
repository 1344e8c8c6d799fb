"""Specs and readers of the real example data sets."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import pandas as pd

from mtl.errors import UserError

NAMES = ("reviews", "flights", "health")


def specs() -> Mapping[str, Path]:
    """Each example's name and the path of its spec."""
    return {name: Path(__file__).with_name(f"{name}.yaml") for name in NAMES}


def read(name: str, cache: Path) -> pd.DataFrame:
    """The table of an example; its archive is fetched from the package index once and kept under `cache`.

    Raises:
        UserError: no such example.
        DataError: the archive cannot be fetched.
    """
    if name not in NAMES:
        raise UserError(f"EXAMPLE: no example '{name}'; choose one of: {', '.join(NAMES)}")
    table: pd.DataFrame = import_module(f"mtl.examples.{name}").read(cache)
    return table
