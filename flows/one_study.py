"""One study of a name at a time, whatever home and host it runs in."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flows.open_study import Study
from flows.progress import say
from mtl import registry


@dataclass(frozen=True)
class Attempt:
    """A study that is under way: its run in MLflow, and the lease of its name."""

    run: str
    lease: registry.Lease


@contextmanager
def one_at_a_time(study: Study, wait: bool) -> Iterator[registry.Lease]:
    """Hold the lease of the study's name for the block.

    Args:
        wait: for another study of that name to end, however long that takes.

    Raises:
        LeaseError: there is one, and this is not to wait.
        RegistryUnreachableError: the registry cannot be reached.
    """
    name = f"a study of {study.spec.name} under way"
    patience = math.inf if wait else 0.0
    with registry.hold_lease(study.registry, name, patience, lambda holder: say(f"{holder}; this one waits")) as lease:
        yield lease
