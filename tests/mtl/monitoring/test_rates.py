"""The monitor's promises about itself, by simulation; `python -m tests.monitoring` prints those of 10,000 streams."""

import os

import numpy as np
import pytest

from tests.monitoring.__main__ import measured
from tests.mtl.monitoring.streams import ALPHA

STREAMS = 100 if os.environ.get("SERVING_CHECKS") == "sample" else 2000


@pytest.mark.serving
@pytest.mark.parametrize("tails", [np.inf, 3.0])
def test_alarms_without_harm_are_rare_at_any_time_and_harm_is_found_in_time(tails: float) -> None:
    """Harm: 2 standard errors per thousand labels."""
    rates = measured(STREAMS, 5000, tails)
    assert rates.false_alarms <= ALPHA
    assert rates.median <= 3500
    assert rates.most <= 7000
    assert rates.found >= 0.95
