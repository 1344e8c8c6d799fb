"""The services as processes on loopback: started when what they need is well, and again whenever they die."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from infra.stack.filled import Place
from infra.stack.postgres_cluster import make_cluster, owner, programs
from infra.stack.service_table import OURS, POSTGRES, SERVICES, Service

ROOT = Path(__file__).parents[2]

LOOK_SECONDS = 2.0
"""Between two looks at all services."""

WELL_SECONDS = 10.0
"""Before a service that was well is asked again: each question is a process. That one died is seen at the next look."""

HEALTH_SECONDS = 10.0
"""A health command that takes longer has failed."""

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds before a service that died is started again: twice as many each time, until it was well once more."""

GRACE = 15.0
"""Seconds that services are given to end."""

PASSED_ON = ("PATH", "HOME", "LANG", "TZ", "OMP_NUM_THREADS")
OURS_ALONE = (
    *("MTL_NOTIFY_", "MTL_DASK", "MTL_STORE", "MTL_WORKERS", "MTL_LOG", "MTL_METRICS"),
    *("MTL_SIGNING_KEY", "MTL_TRUSTED_KEY", "AWS_"),
)


@dataclass
class Running:
    """What is known of one service."""

    service: Service
    process: "subprocess.Popen[bytes] | None" = None
    well: bool = False
    starts: int = 0
    pause: float = FIRST_PAUSE
    not_before: float = 0.0
    asked: float = 0.0

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        return self.process is not None and self.process.poll() is None


@dataclass
class Stack:
    """The stack below a folder: `data`, one folder each, and `logs`.

    Attributes:
        given: more of the environment for services of ours, as for notifications.
    """

    folder: Path
    place: Place
    given: Mapping[str, str] = field(default_factory=lambda: {**os.environ})
    running: dict[str, Running] = field(default_factory=lambda: {each.name: Running(each) for each in SERVICES})

    @contextmanager
    def up(self) -> Iterator["Stack"]:
        """Look after the services for the block, from a thread; then end them, the last first."""
        make_cluster(Path(self.place.data[POSTGRES.name]), self.place.secrets["POSTGRES_PASSWORD"])
        over = threading.Event()
        thread = threading.Thread(target=self._watch, args=(over,))
        thread.start()
        try:
            yield self
        finally:
            over.set()
            thread.join()
            self._end()

    def await_well(self, names: Sequence[str], seconds: float) -> None:
        """Wait until some services are well. Raises TimeoutError that names those that are not."""
        deadline, pause = time.monotonic() + seconds, threading.Event()
        while missing := [name for name in names if not self.running[name].well]:
            if time.monotonic() > deadline:
                logs = self.folder / "logs"
                raise TimeoutError(f"{', '.join(missing)} not well after {seconds:.0f} s; their logs are in {logs}")
            pause.wait(0.2)

    def _watch(self, over: threading.Event) -> None:
        while not over.is_set():
            for one in self.running.values():
                self._look_at(one)
            over.wait(LOOK_SECONDS)

    def _look_at(self, one: Running) -> None:
        if one.alive and one.well and time.monotonic() < one.asked + WELL_SECONDS:
            return
        one.well = one.alive and self._is_well(one.service)
        one.asked = time.monotonic()
        if one.well:
            one.pause = FIRST_PAUSE
        if one.alive or time.monotonic() < one.not_before:
            return
        if all(self.running[name].well for name in one.service.needs):
            one.process = self._start(one.service)
            one.starts += 1
            one.not_before = time.monotonic() + one.pause
            one.pause = min(2 * one.pause, LONGEST_PAUSE)

    def _is_well(self, service: Service) -> bool:
        if not service.health:
            return True
        command = self.place.health(service)
        try:
            done = subprocess.run(
                command, check=False, capture_output=True, timeout=HEALTH_SECONDS, env=self._environment(service)
            )
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0

    def _start(self, service: Service) -> "subprocess.Popen[bytes]":
        data, logs = Path(self.place.data[service.name]), self.folder / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        data.mkdir(parents=True, exist_ok=True)
        user = owner() if service.image != OURS else None
        with (logs / f"{service.name}.log").open("ab") as log:
            return subprocess.Popen(
                self.place.command(service),
                cwd=data,
                env=self._environment(service),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=user,
            )

    def _environment(self, service: Service) -> dict[str, str]:
        passed = {name: value for name, value in self.given.items() if name in PASSED_ON}
        if service.shared:
            passed |= {name: value for name, value in self.given.items() if name.startswith(OURS_ALONE)}
        path = os.pathsep.join([str(Path(sys.executable).parent), str(programs()), passed.get("PATH", os.defpath)])
        fixed = {"PATH": path, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        return {**passed, **fixed, **self.place.environment(service)}

    def _end(self) -> None:
        for one in reversed(self.running.values()):
            if one.process is not None:
                # PostgreSQL ends at SIGINT without waiting for those who are connected.
                _signal(one.process, signal.SIGINT if one.service is POSTGRES else signal.SIGTERM)
                with suppress(subprocess.TimeoutExpired):
                    one.process.wait(GRACE)
                _signal(one.process, signal.SIGKILL)
                one.process.wait()
            one.well = False


def _signal(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    """To the process and all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
