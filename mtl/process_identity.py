"""What a process is called: for people, and for whoever runs on the same machine and can see that it is gone."""

import getpass
import os
import socket
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
PROCESSES = Path("/proc")


def shown_owner() -> str:
    """As in messages: `ada@host7, process 4242, since 2026-01-31T12:00:05+00:00`."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return f"{who_asks()}, process {os.getpid()}, since {now}"


def who_asks() -> str:
    """The user and the host of this process."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container's number without a name
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}"


def this_process() -> str:
    """What tells this process from every other: the machine's start, its namespace, number and start time.

    Empty where the system does not tell.
    """
    started = _start_of(os.getpid())
    return f"{_machine()}/{os.getpid()}/{started}" if _machine() and started else ""


def is_gone(process: str) -> bool:
    """Whether a process is known to have ended: one of another machine never is."""
    machine, _, rest = process.partition("/")
    number, _, started = rest.partition("/")
    return bool(process) and machine == _machine() and _start_of(int(number)) != started


@cache
def _machine() -> str:
    """One start of one machine, and the namespace in which numbers of processes mean something."""
    try:
        return f"{BOOT_ID.read_text(encoding='utf-8').strip()}:{(PROCESSES / 'self/ns/pid').readlink()}"
    except OSError:
        return ""


def _start_of(number: int) -> str:
    """When a process started, in ticks; empty if there is none, or but a zombie."""
    try:
        told = (PROCESSES / str(number) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fields = told.rpartition(")")[2].split()  # a process may call itself anything, brackets included
    return "" if fields[0] in "ZX" else fields[19]
