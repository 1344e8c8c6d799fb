"""What a run leaves for a bundle: prepared arrays of tasks of every kind, and a network that is small."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor

from mtl.data.frame import write_frame
from mtl.data.prepared import Prepared, prepare
from mtl.models.network import MultiTaskNetwork
from mtl.models.predictions import predictions_of
from mtl.models.shape import NetworkShape
from mtl.models.sharing_way import Sharing
from mtl.serving.bundle import write_bundle
from tests.mtl.data.patients import TEXT, patients, spec

AUXILIARY = TEXT.replace("  ill: {kind: binary}", "  ill: {kind: binary, auxiliary: true}")
STUDY = spec(text=AUXILIARY.replace("{kind: regression}", "{kind: regression, composed_of: [ill]}"))
OUTPUTS = ["stage", "stage.early", "stage.late", "stage.none", "cost"]


@dataclass(frozen=True)
class Trained:
    """What a run leaves: prepared arrays, weights of all tasks, and what they predict on the test side.

    The first task is auxiliary, and the last one reads its predictions.
    """

    table: pd.DataFrame
    prepared: Prepared
    shape: NetworkShape
    weights: dict[str, Tensor]
    predictions: dict[str, NDArray[np.float64]]

    def write(self, folder: Path) -> Path:
        """Write its bundle."""
        example = self.table[list(STUDY.features.columns)].head(3)
        write_bundle(folder, self.prepared.tasks, self.prepared.transforms, self.shape, self.weights, example)
        return folder


def study_in(folder: Path) -> tuple[pd.DataFrame, Prepared]:
    """The patients, and their prepared arrays below `folder`."""
    frame = write_frame(patients(100), folder / "frames")
    return frame.table, prepare(STUDY, frame, folder / "prepared")


def trained_on(table: pd.DataFrame, prepared: Prepared, sharing: Sharing) -> Trained:
    """A network as it was drawn: what it predicts tells rows apart, and that is all that is asked of it."""
    shape = NetworkShape.of(prepared.transforms, STUDY.model, prepared.tasks, sharing)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = MultiTaskNetwork(shape)
    predictions = predictions_of(network, prepared.tasks, prepared.side("test").inputs)
    return Trained(table, prepared, shape, network.state_dict(), predictions)
