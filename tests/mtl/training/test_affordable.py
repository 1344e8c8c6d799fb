"""A network that no machine can train is refused for its shape alone; what is counted is what would be made."""

import pandas as pd
import pytest

from mtl.data.transforms import Transforms
from mtl.errors import SpecError
from mtl.extensions import SHARING
from mtl.models.network import MultiTaskNetwork
from mtl.models.shape import NetworkShape
from mtl.spec import Spec, parse_spec
from mtl.tasks.fit_task import fit_task
from mtl.training import affordable
from mtl.training.affordable import parameters_of, require_affordable_on, require_plausible
from mtl.training.approaches import approaches_of
from tests.mtl.data.patients import patients
from tests.mtl.data.patients import spec as patients_spec

LARGE = "model: {trunk: [65536, 65536], members: 1024}\n"


def spec(more: str = "", features: str = "numeric: [age], categorical: [city]") -> Spec:
    tasks = "{ill: {kind: binary}, stage: {kind: multiclass}, cost: {kind: regression, composed_of: [ill]}}"
    text = f"name: p\ndata: {{path: p.csv, key: [id]}}\nfeatures: {{{features}}}\ntasks: {tasks}\nschemes: [equal]\n"
    return parse_spec(text + more, "patients.yaml")


@pytest.mark.parametrize("sharing", SHARING.names)
def test_the_parameters_that_are_counted_are_those_that_are_made(sharing: str) -> None:
    study, table = patients_spec(), patients()
    transforms = Transforms.fit(study.features, study.model, table)
    tasks = [fit_task(study, name, table[study.label(name)]) for name in study.tasks]
    shape = NetworkShape.of(transforms, study.model, tasks, SHARING.get(sharing)())
    assert parameters_of(shape) == sum(parameter.numel() for parameter in MultiTaskNetwork(shape).parameters())


@pytest.mark.parametrize(
    "more",
    [
        LARGE,
        f"model: {{trunk: [{', '.join(['65536'] * 64)}]}}\n",
        "training: {batch_size: 1000000}\nmodel: {trunk: [65536], members: 1024}\n",
        "sharing: [hard, {name: mmoe, experts: 1024}]\nmodel: {trunk: [4096, 4096]}\n",
        "sharing: [{name: ple, own_experts: 1024}]\nmodel: {trunk: [4096, 4096]}\n",
        "tuning: {trials: 2, ranges: {network: {trunk: [1, 10000]}}}\nmodel: {trunk: [4096, 4096]}\n",
        "model: {numeric_embedding: {name: periodic, frequencies: 1000000, width: 1000000}}\n",
    ],
)
def test_a_network_that_is_too_large_whatever_the_data_are_is_refused_before_they_are_read(more: str) -> None:
    study = spec(more)
    with pytest.raises(SpecError, match=r"^patients.yaml:\d+: model: under .* parameters and takes .* GB at least"):
        require_plausible(study, approaches_of(study))


def test_the_memory_of_the_machine_is_a_bound_too(monkeypatch: pytest.MonkeyPatch) -> None:
    study = spec()
    require_plausible(study, approaches_of(study))
    monkeypatch.setattr(affordable, "memory_bytes", lambda: 1000)
    with pytest.raises(SpecError, match=r"and the 0\.0 GB of this machine"):
        require_plausible(study, approaches_of(study))


def test_categories_count_as_many_as_the_rows_have() -> None:
    study = spec("model: {category_width: 4096}\n")
    table = patients(400)
    require_affordable_on(study, approaches_of(study), table)
    unbound = spec("model: {category_width: 4096, rare_levels: 1, max_levels: 1000000}\n")
    many = pd.concat([table] * 700, ignore_index=True)
    many["city"] = [f"c{n}" for n in range(len(many))]
    with pytest.raises(SpecError, match="expected at most 1,000,000,000"):
        require_affordable_on(unbound, approaches_of(unbound), many)
    require_affordable_on(study, approaches_of(study), many)


@pytest.mark.parametrize("kind", ["numeric", "categorical", "text", "datetime", "boolean"])
def test_every_kind_of_feature_is_counted_before_its_column_is_read(kind: str) -> None:
    column = "note" if kind == "text" else "[note]"
    study = spec(features=f"{kind}: {column}")
    require_plausible(study, approaches_of(study))
    large = spec(LARGE, features=f"{kind}: {column}")
    with pytest.raises(SpecError):
        require_plausible(large, approaches_of(large))


@pytest.mark.parametrize("more", ["", ", numeric: [age]"])
def test_an_encoder_that_is_not_installed_is_told_where_it_is_needed_and_not_counted_here(more: str) -> None:
    study = spec("model: {text_encoder: {name: pretrained, package: no_such_package}}\n", f"text: note{more}")
    require_plausible(study, approaches_of(study))
