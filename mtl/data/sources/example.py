"""A shipped example."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, final

import pandas as pd
from typing_extensions import override

from mtl.data.source import Source
from mtl.extensions import EXAMPLES, SOURCES
from mtl.spec.section import NameIn


@SOURCES.register
@final
@dataclass(frozen=True)
class ExampleSource(Source):
    """The reader of a shipped example."""

    example: Annotated[str, NameIn(EXAMPLES)]

    @property
    @override
    def place(self) -> str:
        return self.example

    @override
    def read(self, cache: Path) -> pd.DataFrame:
        return EXAMPLES.get(self.example)().read(cache)
