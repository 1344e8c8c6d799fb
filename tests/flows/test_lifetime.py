"""A process ends with its parent, however that one dies, and whenever."""

import os
import signal
import subprocess
import sys

from tests.flows.waiting import ended

PARENT = """
import os, signal, subprocess, sys
from functools import partial
from flows.lifetime import end_with
end = partial(end_with, os.getpid(), signal.SIGTERM)
child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"], preexec_fn=end)
print(child.pid, flush=True)
child.wait()
"""


def test_a_child_ends_when_its_parent_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        os.kill(parent.pid, signal.SIGKILL)
    assert ended(child)


def test_a_child_whose_parent_is_dead_already_ends_at_once() -> None:
    begun = f"from flows.lifetime import end_with; end_with({os.getppid()}, 15); print('goes on')"
    done = subprocess.run([sys.executable, "-c", begun], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
