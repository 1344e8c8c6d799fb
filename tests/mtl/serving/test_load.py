"""The numbers of a load are those of the server that was asked."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from mtl.serving.app import create_app
from mtl.serving.reload import FixedSource, Follower
from mtl.serving.server import running
from tests.mtl.serving.bench_serving import CEILING, MLFLOW, OURS, table
from tests.mtl.serving.load import Load, _by_asyncio, load, read_wrk
from tests.mtl.serving.test_app import ROW

DEADLINE = 60.0
BODY = json.dumps({"dataframe_records": [ROW]}).encode()
WRK = """Running 3s test @ http://127.0.0.1:1/invocations
  Latency Distribution
     50%   92.50us
     75%    1.24ms
  29860 requests in 3.00s, 9.97MB read
Requests/sec:   9953.36
"""


@pytest.mark.slow
def test_requests_that_are_answered_are_counted(folder: Path) -> None:
    with running(create_app("demo", Follower(FixedSource("7", folder)))) as port:
        found = asyncio.run(_by_asyncio(port, BODY, 3, 0.3))
        assert found.rate > 0
        assert 0 < found.latency < 1e3 * DEADLINE
        with pytest.raises(RuntimeError, match="answered with 200"):
            asyncio.run(_by_asyncio(port, b"{}", 1, 0.3))
        if shutil.which("wrk"):
            assert load(port, BODY, 2, 1).rate > 0
            with pytest.raises(RuntimeError, match="answered with 200"):
                load(port, b"{}", 1, 1)


def test_what_wrk_says_is_read_in_milliseconds() -> None:
    assert (read_wrk(WRK).rate, read_wrk(WRK).latency) == pytest.approx((9953.36, 0.0925))
    assert read_wrk(WRK.replace("92.50us", "1.20ms")).latency == pytest.approx(1.2)
    with pytest.raises(RuntimeError, match="Non-2xx"):
        read_wrk(WRK + "  Non-2xx or 3xx responses: 3")


def test_ratios_are_of_rates_in_the_same_round() -> None:
    loads = {OURS: [Load(100, 1), Load(10, 5)], MLFLOW: [Load(10, 9), Load(1, 9)], CEILING: [Load(200, 1), Load(20, 1)]}
    lines = list(table(1, loads))
    assert lines[0].startswith("\n1 connection, ")
    assert lines[2].split() == ["mtl", "serve", "55", "3.000", "10.0", "0.50"]
