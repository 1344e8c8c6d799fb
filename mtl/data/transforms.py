"""Feature transforms: fitted on the training side alone, applied everywhere, carried inside the model bundle."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pandas as pd
from pydantic import TypeAdapter

from mtl.extensions import FEATURES
from mtl.features.columns import Columns
from mtl.features.feature import Feature
from mtl.features.inputs import Inputs

if TYPE_CHECKING:
    from mtl.spec import FeaturesSpec, ModelSpec


@dataclass(frozen=True)
class Transforms:
    """From a table's columns to `Inputs`.

    Attributes:
        features: fitted, by kind, in the order in which the encoder puts them side by side.
    """

    features: Mapping[str, Feature]

    @classmethod
    def fit(cls, features: "FeaturesSpec", model: "ModelSpec", training: Columns) -> Self:
        """Fit on the rows of the training side."""
        kinds = sorted((FEATURES.get(kind).learned, kind) for kind in features.by_kind)
        return cls({kind: FEATURES.get(kind).fit(features.by_kind[kind], training, model) for _, kind in kinds})

    def apply(self, table: pd.DataFrame, kept: Path | None = None) -> Inputs:
        """Transform the rows of `table`; columns that no feature names are ignored.

        `kept`: a folder for what takes long to compute and may be used again.
        """
        return Inputs(
            {
                kind: feature.apply_keeping(table, kept) if kept else feature.apply(table)
                for kind, feature in self.features.items()
            }
        )

    def with_files(self, folder: Path) -> Self:
        """The same, which read what files they have in folders below `folder`, named by the kinds."""
        return type(self)({kind: feature.with_files(folder / kind) for kind, feature in self.features.items()})

    def copy_files(self, folder: Path) -> None:
        """Copy what files they have into folders below `folder`, where `with_files` finds them."""
        for kind, feature in self.features.items():
            for name, file in feature.files.items():
                copy = folder / kind / name
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, copy)

    def to_list(self) -> list[dict[str, Any]]:
        """Plain values for JSON, a list: its order is the encoder's."""
        return [{"kind": kind, **_adapter(kind).dump_python(fit, mode="json")} for kind, fit in self.features.items()]

    @classmethod
    def from_list(cls, plain: list[dict[str, Any]]) -> Self:
        """The inverse of `to_list`."""
        features = [dict(feature) for feature in plain]
        kinds = [feature.pop("kind") for feature in features]
        return cls({kind: _adapter(kind).validate_python(fit) for kind, fit in zip(kinds, features, strict=True)})


def _adapter(kind: str) -> TypeAdapter[Feature]:
    return TypeAdapter(FEATURES.get(kind))
