"""Several processes that answer on one port.

They are forked before the registry is first asked, so that they share the pages of what is imported, and have no
connection to a database in common. The first process alone follows the champion, and tells the others, which load it.
A worker that dies is replaced; all end with the first process.
"""

import logging
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from pathlib import Path
from types import FrameType
from typing import TypeAlias

import torch

from mtl.errors import MtlError
from mtl.serving.exchange import AsgiApp
from mtl.serving.freed_memory import UNCOLLECTED
from mtl.serving.reload import ChampionSource, Follower
from mtl.serving.server import GRACE, Tls, bound, serve_on

LOG = logging.getLogger(__name__)

LISTENS = 0.2
"""Seconds between a worker's looks at what it was told."""

Word: TypeAlias = tuple[str, Path] | str
"""What workers are told: the version with the folder of its bundle, or why it is not known."""

MakesApp: TypeAlias = Callable[[Follower], AsgiApp]


class ToldSource:
    """A worker's champion: what the first process said last."""

    def __init__(self, ear: Connection) -> None:
        self._ear = ear
        self._last: Word | None = None

    def current(self) -> tuple[str, Path]:
        """The version, once there is one. Raises MtlError while the first process cannot tell."""
        try:
            while self._last is None or self._ear.poll():
                self._last = self._ear.recv()
        except (EOFError, ConnectionError):  # the first process is gone, and nobody would tell of another champion
            os.kill(os.getpid(), signal.SIGTERM)
        if not isinstance(self._last, tuple):
            raise MtlError(self._last or "the process that follows the champion is gone")
        return self._last


@dataclass(frozen=True, eq=False)
class Answering:
    """What a worker answers with, on which socket, and among how many."""

    make_app: MakesApp
    listening: socket.socket
    count: int
    tls: Tls | None


@dataclass(frozen=True, eq=False)
class Worker:
    """A process, and the end of the pipe to it."""

    process: ForkProcess
    mouth: Connection


class Workers:
    """The processes behind one port. To be used on the main thread, before any other is begun."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering
        self._all: list[Worker] = []
        self._said: Word | None = None
        self._stopping = False

    def begin(self) -> None:
        """Fork them; each waits to be told what to serve."""
        self._all = [self._forked() for _ in range(self._answering.count)]

    def tell(self, word: Word) -> None:
        """Tell all of them, unless they know."""
        if word == self._said:
            return
        self._said = word
        for worker in self._all:
            _say(worker, word)

    def wait_until_ready(self) -> None:
        """Return when all accept connections. Raises MtlError when one ends before."""
        for worker in self._all:
            wait([worker.mouth, worker.process.sentinel])
            if not worker.mouth.poll():
                raise MtlError("a process that was to answer has ended before it could; its log says why")
            with suppress(EOFError):
                worker.mouth.recv()

    def follow(self, source: ChampionSource, interval: float) -> None:
        """Look every `interval` seconds, and replace who dies, until SIGTERM or SIGINT."""
        while not self._stopping:
            wait([worker.process.sentinel for worker in self._all], interval)
            if not self._stopping:
                self._replace_the_dead()
                self.tell(_word_of(source))

    @contextmanager
    def heeding_signals(self) -> Iterator[None]:
        """End `follow` at SIGTERM and SIGINT, and the processes with the block."""
        before = {number: signal.signal(number, self._stop) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for worker in self._all:
                worker.process.terminate()
            for worker in self._all:
                worker.process.join(2 * GRACE)
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True
        for worker in self._all:
            worker.process.terminate()

    def _replace_the_dead(self) -> None:
        for place, worker in enumerate(self._all):
            if not worker.process.is_alive():
                LOG.warning("a process that answered has ended (%s); another begins", worker.process.exitcode)
                worker.mouth.close()
                self._all[place] = self._forked()
                if self._said is not None:
                    _say(self._all[place], self._said)

    def _forked(self) -> Worker:
        context = get_context("fork")
        mouth, ear = context.Pipe()
        others = [worker.mouth for worker in self._all]
        process = context.Process(target=_work, args=(self._answering, ear, [mouth, *others]), daemon=True)
        process.start()
        ear.close()
        return Worker(process, mouth)


def serve_with_workers(
    make_app: MakesApp,
    source: Callable[[], ChampionSource],
    address: tuple[str, int],
    count: int,
    interval: float,
    ready: Callable[[int], object],
    tls: Tls | None = None,
) -> None:
    """As `serve`, by `count` processes. `source` is made once they are forked, and asked by this process alone.

    Raises what the first look raises: there is nothing to serve yet.
    """
    with bound(*address) as listening:
        workers = Workers(Answering(make_app, listening, count, tls))
        workers.begin()
        with workers.heeding_signals():
            with UNCOLLECTED:
                champion = source()
                workers.tell(champion.current())
            workers.wait_until_ready()
            ready(listening.getsockname()[1])
            workers.follow(champion, interval)


def _work(answering: Answering, ear: Connection, inherited: list[Connection]) -> None:
    # An end that a worker holds open would keep the others from seeing that the first process is gone.
    for mouth in inherited:
        mouth.close()
    torch.set_num_threads(max(1, (os.cpu_count() or 1) // answering.count))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    with Follower(ToldSource(ear), LISTENS) as follower:
        app = answering.make_app(follower)
        serve_on(app, answering.listening, lambda _: ear.send("ready"), answering.tls)


def _word_of(source: ChampionSource) -> Word:
    try:
        return source.current()
    except Exception as error:
        LOG.warning("cannot tell the champion: %s", error, exc_info=LOG.isEnabledFor(logging.DEBUG))
        return " ".join(str(error).split()) or type(error).__name__


def _say(worker: Worker, word: Word) -> None:
    with suppress(OSError):  # it has died, and is replaced at the next look
        worker.mouth.send(word)
