"""Every scheme under every way of sharing that it is defined for trains on every example."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch

from mtl import examples
from mtl.catalog import entry_name
from mtl.data.prepared import Prepared, Side, prepare
from mtl.data.read_table import read_source
from mtl.errors import SpecError
from mtl.extensions import SCHEMES, SHARING
from mtl.models.network import MultiTaskNetwork
from mtl.models.predictions import predictions_of
from mtl.models.shape import NetworkShape
from mtl.models.sharing_way import Sharing
from mtl.run_names import ApproachName
from mtl.spec import SharingEntry, Spec, load_spec
from mtl.training.approaches import approaches_of, defined
from mtl.training.fit import Budget, fit
from mtl.weighting.scheme import Needs
from tests.mtl.examples.cache import shared_cache
from tests.mtl.training.cases import WAYS
from tests.mtl.weighting.families import scheme_of_tasks

EXAMPLES = ["reviews", "flights", "health"]
ROWS = 192
MANY_EXPERTS = SharingEntry(name="mmoe", options={"experts": 8})

pytestmark = [pytest.mark.slow, pytest.mark.network]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("matrix")


@cache
def prepared_example(name: str, folder: Path) -> tuple[Spec, Prepared]:
    spec = load_spec(name, examples.specs())
    frame = read_source(spec, shared_cache(), folder / "frames")
    return spec, prepare(spec, frame, folder / "prepared")


def some_rows(side: Side) -> Side:
    """A few rows of every task."""
    each = ROWS // side.labels.shape[1]
    kept = np.unique(np.concatenate([np.flatnonzero(~np.isnan(column))[:each] for column in side.labels.T]))
    return replace(
        side, inputs=side.inputs.rows(kept), labels=side.labels[kept], units=side.units[kept], rows=side.rows[kept]
    )


@pytest.mark.parametrize("sharing", WAYS, ids=entry_name)
@pytest.mark.parametrize("name", SCHEMES.names)
@pytest.mark.parametrize("example", EXAMPLES)
def test_it_trains(folder: Path, example: str, name: str, sharing: Sharing) -> None:
    spec, prepared = prepared_example(example, folder)
    scheme = scheme_of_tasks(name, tuple(spec.tasks), spec.depths())
    if not defined(scheme, sharing):
        assert (scheme.needs, sharing.shares_parameters) == (Needs.GRAMIAN, False)
        return
    train, validation = some_rows(prepared.side("train")), some_rows(prepared.side("validation"))
    shape = NetworkShape.of(prepared.transforms, spec.model, prepared.tasks, sharing)
    training = spec.training.model_copy(update={"epochs": 1, "batch_size": 64})
    fitted = fit(prepared.tasks, scheme, train, validation, Budget(shape, training, 0))
    assert fitted.failure is None
    assert fitted.best_epoch == 0
    for task, prediction in predictions_of(fitted.network, prepared.tasks, validation.inputs).items():
        assert np.isfinite(prediction).all(), task
        assert np.isfinite(fitted.history[f"loss/{task}"]).all()
    untrained = start_of(shape)
    moved = {key: not torch.equal(value, untrained[key]) for key, value in fitted.network.state_dict().items()}
    assert all(moved.values()), [key for key, has_moved in moved.items() if not has_moved]


def start_of(shape: NetworkShape) -> dict[str, torch.Tensor]:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return MultiTaskNetwork(shape).state_dict()


def test_gramian_schemes_and_no_others_are_undefined_where_nothing_is_shared() -> None:
    spec = load_spec("health", examples.specs())
    ways = tuple(SharingEntry(name=name) for name in SHARING.names)
    found = approaches_of(spec.model_copy(update={"sharing": (*ways, MANY_EXPERTS)}))
    reading = {scheme.label for scheme in spec.schemes if SCHEMES.get(scheme.name).needs is Needs.GRAMIAN}
    assert set(found.undefined) == {ApproachName(label, "soft") for label in reading}
    assert len(found.chosen) == len(spec.schemes) * (len(ways) + 1) - len(reading)
    assert list(found.chosen)[:2] == [ApproachName(name, "cross_stitch") for name in ("equal", "uncertainty")]
    assert ApproachName("equal", "mmoe(experts=8)") in found.chosen


def test_a_way_of_sharing_that_no_scheme_is_defined_for_is_refused() -> None:
    spec = load_spec("health", examples.specs())
    only = tuple(scheme for scheme in spec.schemes if scheme.name in ("pcgrad", "gradnorm"))
    soft = (SharingEntry(name="soft"),)
    with pytest.raises(SpecError, match=r"sharing\.0: soft shares no parameter.*add a scheme that reads losses alone"):
        approaches_of(spec.model_copy(update={"sharing": soft, "schemes": only}))


def test_a_way_of_sharing_and_its_network_agree_on_what_is_shared(folder: Path) -> None:
    spec, prepared = prepared_example("health", folder)
    for sharing in WAYS:
        network = MultiTaskNetwork(NetworkShape.of(prepared.transforms, spec.model, prepared.tasks, sharing))
        assert bool(network.body.shared_parameters()) == sharing.shares_parameters
