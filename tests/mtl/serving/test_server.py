import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

import mtl
from mtl.errors import UserError
from mtl.serving.app import create_app
from mtl.serving.reload import FixedSource, Follower
from mtl.serving.server import running, serve

ROOT = Path(str(mtl.__file__)).parent.parent
DEADLINE = 60.0


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_server_tells_its_port_answers_and_stops_cleanly_on_a_signal(folder: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-m", "tests.mtl.serving.serve_bundle", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with httpx.Client(trust_env=False, timeout=DEADLINE) as client:
            assert client.get(f"http://127.0.0.1:{port}/ping").status_code == 200
        process.send_signal(number)
        out, errors = process.communicate(timeout=DEADLINE)
    assert (process.returncode, out, errors) == (0, "stopped\n", "")


def test_a_port_in_use_is_the_users_to_change(folder: Path) -> None:
    app = create_app("demo", Follower(FixedSource("1", folder)))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UserError, match=rf"cannot listen on 127\.0\.0\.1:{port}.*choose another"):
            serve(app, "127.0.0.1", port, lambda _: None)
    with pytest.raises(UserError, match=r"cannot listen on .*:70000"), running(app, port=70000):
        pass
