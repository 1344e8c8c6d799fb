"""Processes that move an alias or look at test rows, and are killed at the end of the block."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.mtl.registry.processes import ROOT


@dataclass(frozen=True)
class Mover:
    """A promoter.py or a looker.py that runs."""

    process: subprocess.Popen[str]

    def says(self) -> str:
        """Its next line."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip()

    def do(self, line: str) -> None:
        """Have it do something."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()


@contextmanager
def mover(uri: str, program: str = "promoter") -> Iterator[Mover]:
    """Start one for a registry."""
    command = [sys.executable, "-m", f"tests.mtl.registry.{program}", uri]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Mover(process)
        finally:
            process.kill()
