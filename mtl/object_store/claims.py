"""Who trains a run: claims in a store, numbered, of which the last one counts.

A claim is created, which one host alone can do, and shows by beats that its host lives. Whoever waits sees by its own
clock that no beat has come for a while, and creates the next number: no clock of another host is asked. A host that was
stopped, and wakes, finds the next number and knows that its claim is no more.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from uuid import uuid4

from mtl.errors import MtlError
from mtl.object_store.objects import Objects
from mtl.process_identity import is_gone, this_process

RELEASED = b"released"
"""The beat of a claim whose host has given it up."""


@dataclass(frozen=True)
class Pace:
    """How claims are kept and watched.

    Attributes:
        beat: seconds between two beats of a claim.
        lost: seconds without a beat after which a claim is taken over.
        look: seconds between two looks of a host that waits.
    """

    beat: float = 5.0
    lost: float = 30.0
    look: float = 1.0


PACE = Pace()


@dataclass(frozen=True)
class Claim:
    """A host's right to leave the result of a run.

    Attributes:
        key: of the run.
        number: zero for the first host that claims it, and one more for each that takes it over.
    """

    objects: Objects
    key: str
    number: int

    @property
    def is_held(self) -> bool:
        """Whether nobody has taken it over."""
        return not self.objects.has(_name(self.key, self.number + 1))

    def beat(self) -> None:
        """Show that this host lives."""
        self.objects.replace(_beats(self.key, self.number), uuid4().bytes)

    def release(self) -> None:
        """Give it up: whoever waits need not wait any longer."""
        self.objects.replace(_beats(self.key, self.number), RELEASED)

    def remove(self) -> None:
        """Remove all claims of the run up to this one, once its result is accepted."""
        for number in range(self.number, -1, -1):
            self.objects.remove(_name(self.key, number))
            self.objects.remove(_beats(self.key, number))

    @contextmanager
    def kept(self, pace: Pace, at_beats: Callable[[], None]) -> Iterator[None]:
        """Beat while the block runs, and call `at_beats` each time; what the block raises gives the claim up."""
        done = threading.Event()

        def beats() -> None:
            while not done.wait(pace.beat):
                # A store that is away for a moment costs a beat, or at worst the claim, and not the run.
                with suppress(MtlError, OSError):
                    self.beat()
                    at_beats()

        thread = threading.Thread(target=beats, daemon=True, name=f"claim-{self.key[:8]}")
        thread.start()
        try:
            try:
                yield
            finally:
                done.set()
                thread.join()
        except BaseException:
            with suppress(MtlError, OSError):
                self.release()
            raise


def claim(objects: Objects, key: str, is_done: Callable[[], bool], pace: Pace) -> Claim | None:
    """The claim of a run, as soon as nobody else holds it; None as soon as it is done."""
    owner = f"{uuid4().hex} {this_process()}".encode()
    number = 0
    while not is_done():
        if objects.create(_name(key, number), owner):
            ours = Claim(objects, key, number)
            if not is_done():
                return ours
            # The one before was done, and its claims removed, since this looked.
            ours.remove()
            return None
        if not _until_lost(objects, key, number, is_done, pace):
            return None
        number += 1
    return None


def _until_lost(objects: Objects, key: str, number: int, is_done: Callable[[], bool], pace: Pace) -> bool:
    """Wait until the holder of a claim is gone; False as soon as the run is done."""
    holder = (objects.read(_name(key, number)) or b" ").decode().partition(" ")[2]
    looks, seen = 0, objects.read(_beats(key, number))
    while looks * pace.look < pace.lost:
        if seen == RELEASED or is_gone(holder) or objects.has(_name(key, number + 1)):
            return True
        threading.Event().wait(pace.look)
        if is_done():
            return False
        looks, before, seen = looks + 1, seen, objects.read(_beats(key, number))
        looks = looks if seen == before else 0
    return True


def _name(key: str, number: int) -> str:
    return f"claims/{key}/{number}"


def _beats(key: str, number: int) -> str:
    return f"beats/{key}/{number}"
