"""What every step of a study needs: the spec, its approaches, where things are stored, the registry, the workers."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from flows.settings import Settings
from mtl import examples
from mtl.errors import SpecError
from mtl.provenance import digest_of
from mtl.registry.connection import Registry
from mtl.spec import Spec, TimeSplit, load_spec
from mtl.study.store import Store
from mtl.tuning.sampler import require_sampler

if TYPE_CHECKING:
    from mtl.training.approaches import Approaches

LONGEST_PART = 100
"""Characters of a model's name that the name of a folder holds."""


@dataclass(frozen=True)
class Study:
    """A spec and the places that its study reads and writes.

    Attributes:
        workers: runs that are fitted at a time.
        promotes: whether an accepted candidate becomes the champion at once.
        candidate: the registered model that is judged, as MLflow addresses it; then no approach is trained.
    """

    spec: Spec
    store: Store
    registry: Registry
    workers: int
    promotes: bool = True
    candidate: str | None = None

    @property
    def report(self) -> Path:
        """Where its report goes: a judgement has a folder of its own."""
        if self.candidate is None:
            return self.store.report(self.spec.name)
        named = quote(self.candidate.removeprefix("models:/"), safe="")
        if len(named) > LONGEST_PART:  # of a file's name, which has a limit
            named = f"{named[:LONGEST_PART]}-{digest_of(named)[:16]}"
        return self.store.report(f"{self.spec.name}-judged-{named}")

    @cached_property
    def approaches(self) -> "Approaches":
        """What the spec's schemes and ways of sharing come to.

        Raises:
            SpecError: a way of sharing that none of the schemes is defined for, or an option that is missing.
        """
        # Ways of sharing import PyTorch, which takes seconds: a mistake in the spec is told before.
        from mtl.training.approaches import Approaches, approaches_of  # noqa: PLC0415

        return approaches_of(self.spec) if self.candidate is None else Approaches({}, {})

    def of(self, spec: Spec) -> "Study":
        """The same of a spec whose columns are named by now."""
        return self if spec is self.spec else replace(self, spec=spec)

    def require_sound(self) -> None:
        """Raise what `approaches` raises, or what baselines, tuning or networks lack, before anything is done."""
        import_module("mtl.baselines.method_plan").baselines_of(self.spec)
        import_module("mtl.training.affordable").require_plausible(self.spec, self.approaches)
        require_sampler(self.spec)


def open_study(
    spec: str,
    settings: Settings,
    as_of: date | None = None,
    promotes: bool = True,
    candidate: str | None = None,
    timed: bool = False,
) -> Study:
    """Read a spec by path or example name; `as_of` replaces the first day of a time split's test window.

    A study that is `timed` is tuned, whatever its spec says.

    Once in a process: what a command finds sound before it starts anything is what its study then is.

    Raises:
        UserError: no such spec, or `as_of` for a spec that is not split by time.
        SpecError: the spec cannot be used.
    """
    return _opened(spec, settings, as_of, promotes, candidate, timed)


@cache
def _opened(
    spec: str, settings: Settings, as_of: date | None, promotes: bool, candidate: str | None, timed: bool
) -> Study:
    parsed = load_spec(spec, examples.specs())
    if timed:
        parsed = parsed.model_copy(update={"tuning": parsed.tuning.timed()})
    if as_of is not None:
        parsed = _as_of(parsed, as_of)
    store, where = Store(settings.home), Registry(settings.tracking_uri)
    return Study(parsed, store, where, settings.workers, promotes, candidate)


def _as_of(spec: Spec, day: date) -> Spec:
    if not isinstance(spec.split, TimeSplit):
        raise SpecError(f"{spec.place('split')}: --as-of needs a split by time; this spec splits by {spec.split.by}")
    return spec.model_copy(update={"split": spec.split.model_copy(update={"as_of": day})})
