"""The model that is being served, and the thread that follows the champion."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from mtl.serving.bundle import Bundle, load_bundle
from mtl.serving.compiled import Compiled, compiled, unlike
from mtl.serving.predictor import Predictor

LOG = logging.getLogger(__name__)

LEAVING = 1.0
"""Seconds for a look under way when the server ends."""


class ChampionSource(Protocol):
    """Says which version is to be served."""

    def current(self) -> tuple[str, Path]:
        """The version and the folder of its bundle. May take a while, and may raise."""


@dataclass(frozen=True)
class Served:
    """A loaded version."""

    version: str
    predictor: Predictor
    compiled: Compiled | None = None
    """What answers most requests; None where only the predictor does."""

    @cached_property
    def header(self) -> bytes:
        """The version, for an answer's header."""
        return self.version.encode("latin-1", "replace")


class Follower:
    """Serves what `source` says, and looks again every `interval` seconds.

    A new version is loaded and has predicted its own example before it replaces the old one in a single assignment:
    a request sees one or the other. While the source cannot be read or a version cannot be loaded, the old one stays.
    """

    def __init__(
        self, source: ChampionSource, interval: float = 5.0, load: Callable[[Path], Predictor] = load_bundle
    ) -> None:
        """Load the first version; what goes wrong here is raised, since there is nothing to serve yet."""
        self._source = source
        self._interval = interval
        self._load = load
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="champion", daemon=True)
        self._failure: str | None = None
        self._served = self._loaded(*source.current())
        self._known = time.monotonic()
        # A source that had to remember what it says has an excuse.
        self._failure = getattr(source, "excuse", None)

    @property
    def served(self) -> Served:
        """What to answer with now."""
        return self._served

    @property
    def age(self) -> float:
        """Seconds since the source last said what is to be served, and it was."""
        return time.monotonic() - self._known

    @property
    def failure(self) -> str | None:
        """Why the last look failed; None when it did not."""
        return self._failure

    def refresh(self) -> None:
        """Look once. Never raises: a failure is kept, and logged when it begins."""
        try:
            version, folder = self._source.current()
            if version != self._served.version:
                self._served = self._loaded(version, folder)
                LOG.info("serving version %s", version)
            failure, self._known = None, time.monotonic()
        except Exception as error:  # noqa: BLE001  # whatever it is, the old version must go on serving
            failure = " ".join(str(error).split()) or type(error).__name__
        if failure is not None and self._failure is None:
            LOG.warning("still serving version %s: %s", self._served.version, failure)
        self._failure = failure

    def __enter__(self) -> Self:
        """Begin to follow."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop; a look under way is waited for, but not one at a registry that does not answer."""
        self._stop.set()
        self._thread.join(LEAVING)

    def _follow(self) -> None:
        while not self._stop.wait(self._interval):
            self.refresh()

    def _loaded(self, version: str, folder: Path) -> Served:
        predictor = self._load(folder)
        predictor.predict(predictor.example)
        return Served(version, predictor, self._compiled(version, predictor))

    def _compiled(self, version: str, predictor: Predictor) -> Compiled | None:
        """The bundle made ready, if it gives the same numbers: where it does not, slow answers are better."""
        if not isinstance(predictor, Bundle):
            return None
        ready = compiled(predictor)
        differs = unlike(ready, predictor)
        if differs:
            LOG.warning("version %s is answered slowly: made ready, it predicts otherwise: %s", version, differs)
        return None if differs else ready


@dataclass(frozen=True)
class FixedSource:
    """One version for good: a bundle's folder that is served without a registry."""

    version: str
    folder: Path

    def current(self) -> tuple[str, Path]:
        """The one version."""
        return self.version, self.folder
