"""The network that a multi-task model is made of, with one task."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

from mtl.baselines.baseline import Baseline
from mtl.extensions import BASELINES
from mtl.ranges import Range
from mtl.training.network_settings import RANGES


@BASELINES.register
@final
@dataclass(frozen=True)
class Network(Baseline):
    """The study's network with one task: the same trunk, budget and seeds as a multi-task run."""

    noun: ClassVar[str] = "a single-task network"
    draws: ClassVar[bool] = True
    ranges: ClassVar[Mapping[str, Range]] = RANGES
