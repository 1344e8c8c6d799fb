"""Every way of sharing that a spec can name has a body, which takes the options."""

from typing import get_args

import pytest
from pydantic import TypeAdapter

from mtl.models.sharing.catalog import build_body
from mtl.models.sharing.cross_stitch import CrossStitchBody
from mtl.models.sharing.hard import HardBody
from mtl.models.sharing.mmoe import MmoeBody
from mtl.models.sharing.ple import PleBody
from mtl.models.sharing.soft import SoftBody
from mtl.spec import AnySharing
from tests.mtl.models.sharing.bodies import WAYS, Case, shape

BODIES = {"hard": HardBody, "soft": SoftBody, "cross_stitch": CrossStitchBody, "mmoe": MmoeBody, "ple": PleBody}


def made(**way: object) -> object:
    sharing: AnySharing = TypeAdapter(AnySharing).validate_python(way)
    return build_body(shape(Case(sharing)))


@pytest.mark.parametrize("name", BODIES)
def test_a_name_builds_its_body(name: str) -> None:
    assert type(made(name=name)) is BODIES[name]


def test_every_way_of_a_spec_is_built_and_tested() -> None:
    (ways, *_) = get_args(AnySharing)
    assert {way().name for way in get_args(ways)} == set(BODIES) == {way.name for way in WAYS}


def test_options_reach_the_body() -> None:
    soft = made(name="soft", penalty="trace_norm", strength=0.5)
    assert isinstance(soft, SoftBody)
    assert (soft.penalty, soft.strength) == ("trace_norm", 0.5)
    stitched = made(name="cross_stitch", own=0.25)
    assert isinstance(stitched, CrossStitchBody)
    assert stitched.stitches[0][0, 0] == 0.25
    mmoe = made(name="mmoe", experts=6)
    assert isinstance(mmoe, MmoeBody)
    assert mmoe.gates.shape[1] == 6
    ple = made(name="ple", shared_experts=3, own_experts=4)
    assert isinstance(ple, PleBody)
    assert (len(ple.last.shared.weight), ple.last.num_own) == (3, 4)
