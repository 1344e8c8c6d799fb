"""What holds for every test: one thread of computing, and no network unless the test is marked as needing it."""

import os
import socket
from pathlib import Path

import pytest

# The processes share the cores, and on small arrays threads only wait.
os.environ.setdefault("OMP_NUM_THREADS", "1")

SLOW_ROOMS = ("flows", "mtl/registry")
"""Where every test starts Prefect, MLflow or the whole command."""

LOOPBACK = ("127.", "::1", "localhost")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of the slow rooms, before `-m` chooses."""
    rooms = [Path(__file__).parent / room for room in SLOW_ROOMS]
    for item in items:
        if any(item.path.is_relative_to(room) for room in rooms):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test that is not marked `network` fail where it would leave this machine."""
    if request.node.get_closest_marker("network"):
        return
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: "tuple[str, int] | str") -> None:
        if isinstance(address, tuple) and not address[0].startswith(LOOPBACK):
            pytest.fail(f"the test connects to {address[0]}; mark it `network`")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_here)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
