"""Weights of bundles of before have the names that a network of now gives them."""

import pytest
import torch

from mtl.models.old_weights import renamed_weights
from tests.mtl.models.sharing.bodies import CASES, Case, body

FORMAT_3 = {
    "hard": ["trunk.layers.0.weight", "trunk.layers.1.bias"],
    "mmoe": ["gates", "experts.layers.1.weight"],
    "ple": ["shared_gates.0", "below.0.gates", "below.0.own.bias", "last.gates", "last.shared.weight"],
    "cross_stitch": ["stitches.0", "layers.1.weight"],
    "soft": ["bodies.2.trunk.layers.0.weight", "bodies.0.trunk.layers.1.bias"],
}
"""Some names of a body's weights in bundles of format 3, by way of sharing."""

full = [case for case in CASES if case.trunk == (6, 5) and case.tasks == 3 and case.categories]


@pytest.mark.parametrize("case", [case for case in full if case.name in FORMAT_3], ids=str)
def test_every_name_of_before_becomes_one_of_now(case: Case) -> None:
    now = {f"body.{name}" for name in body(case).state_dict()}
    old = {f"body.{name}": torch.tensor(float(position)) for position, name in enumerate(FORMAT_3[case.name])}
    found = renamed_weights(old)
    assert found.keys() <= now
    assert list(found.values()) == list(old.values())


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("body.encoder.text.weight", "body.encoder.parts.text.encoders.0.table.weight"),
        ("body.bodies.1.encoder.text.embedding.weight", "body.bodies.1.encoder.parts.text.encoders.0.embedding.weight"),
        ("body.encoder.text.lstm.bias_hh_l0", "body.encoder.parts.text.encoders.0.lstm.bias_hh_l0"),
    ],
)
def test_the_weights_of_a_text_are_those_of_its_only_column(before: str, now: str) -> None:
    assert set(renamed_weights({before: torch.zeros(1)})) == {now}


def test_names_of_now_and_heads_stay_as_they_are() -> None:
    weights = {"body.mixers": torch.zeros(1), "heads.weight": torch.ones(1), "heads.readings.2": torch.ones(2)}
    assert renamed_weights(weights) == weights
