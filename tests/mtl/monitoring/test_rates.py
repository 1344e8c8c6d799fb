"""The monitor's promises about itself, by simulation; `python -m tests.monitoring` prints those of 10,000 streams."""

import os

import numpy as np
import pytest

from tests.monitoring.__main__ import measured
from tests.mtl.monitoring.streams import ALPHA, first_alarm, first_alarms, stream

STREAMS = 500 if os.environ.get("SERVING_CHECKS") == "sample" else 10_000


def test_streams_that_are_looked_at_together_alarm_when_each_alone_does() -> None:
    rng = np.random.default_rng(3)
    some = [stream(rng, 2000, harm, tails) for harm in (0.0, 0.1, 0.3) for tails in (np.inf, 3.0) for _ in range(3)]
    alone = [first_alarm(*each) for each in some]
    together = first_alarms(np.stack([each for each, _ in some]), np.array([bound for _, bound in some]))
    assert together.tolist() == alone
    assert 0 in alone
    assert max(alone) > min(filter(None, alone)) > 0


@pytest.mark.serving
@pytest.mark.parametrize("tails", [np.inf, 3.0])
def test_alarms_without_harm_are_rare_at_any_time_and_harm_is_found_in_time(tails: float) -> None:
    """Harm: 2 standard errors per thousand labels."""
    rates = measured(STREAMS, 5000, tails)
    assert rates.false_alarms <= ALPHA
    assert rates.median <= 3500
    assert rates.most <= 7000
    assert rates.found >= 0.95
