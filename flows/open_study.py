"""What every step of a study needs: the spec, where things are stored, the registry, the workers."""

from dataclasses import dataclass
from datetime import date

from flows.settings import Settings
from mtl import examples
from mtl.errors import SpecError
from mtl.registry.connection import Registry
from mtl.spec import Spec, TimeSplit, load_spec
from mtl.study.store import Store
from mtl.weighting.approaches import approaches_of


@dataclass(frozen=True)
class Study:
    """A spec and the places that its study reads and writes.

    Attributes:
        workers: runs that are fitted at a time.
        promotes: whether an accepted candidate becomes the champion at once.
    """

    spec: Spec
    store: Store
    registry: Registry
    workers: int
    promotes: bool = True


def open_study(spec: str, settings: Settings, as_of: date | None = None, promotes: bool = True) -> Study:
    """Read a spec by path or example name; `as_of` replaces the first day of a time split's test window.

    Raises:
        UserError: no such spec, or `as_of` for a spec that is not split by time.
        SpecError: the spec cannot be used.
    """
    parsed = load_spec(spec, examples.specs())
    approaches_of(parsed)
    if as_of is not None:
        parsed = _as_of(parsed, as_of)
    return Study(parsed, Store(settings.home), Registry(settings.tracking_uri), settings.workers, promotes)


def _as_of(spec: Spec, day: date) -> Spec:
    if not isinstance(spec.split, TimeSplit):
        raise SpecError(f"{spec.place('split')}: --as-of needs a split by time; this spec splits by {spec.split.by}")
    return spec.model_copy(update={"split": spec.split.model_copy(update={"as_of": day})})
