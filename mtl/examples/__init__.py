"""The example studies: a spec each, here, and readers of data sets, which two may share."""

from collections.abc import Mapping
from pathlib import Path


def specs() -> Mapping[str, Path]:
    """Each example study's name and the path of its spec."""
    return {path.stem: path for folder in __path__ for path in sorted(Path(folder).glob("*.yaml"))}
