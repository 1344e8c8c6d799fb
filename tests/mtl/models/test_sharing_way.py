"""Every way of sharing of the catalog builds its body, which takes the options."""

import pytest

from mtl.extensions import SHARING
from mtl.models.body import Body
from mtl.models.sharing.cross_stitch import CrossStitch, CrossStitchBody
from mtl.models.sharing.mmoe import Mmoe, MmoeBody
from mtl.models.sharing.ple import Ple, PleBody
from mtl.models.sharing.soft import Soft, SoftBody
from mtl.models.sharing_way import Sharing, plain_sharing, sharing_from
from tests.mtl.models.sharing.bodies import WAYS, Case, shape, way_id

every_way = pytest.mark.parametrize("way", WAYS, ids=way_id)


def made(way: Sharing) -> Body:
    return way.body(shape(Case(way)))


def test_every_way_of_the_catalog_is_among_those_that_the_shared_tests_hold() -> None:
    assert {type(way) for way in WAYS} == {way for _, way in SHARING.items()}


@every_way
def test_a_way_and_its_plain_values_are_the_same(way: Sharing) -> None:
    assert sharing_from(plain_sharing(way)) == sharing_from(way) == way


def test_plain_values_are_flat() -> None:
    assert plain_sharing(Mmoe(experts=6)) == {"name": "mmoe", "experts": 6}


@pytest.mark.parametrize(
    ("plain", "message"),
    [
        ({"name": "mmeo"}, "no way of sharing 'mmeo'; did you mean 'mmoe'"),
        ({"name": "mmoe", "expert": 4}, "option 'expert': unknown key; did you mean 'experts'"),
        ({"name": "mmoe", "experts": 1}, "option 'experts': input should be greater than or equal to 2; got 1"),
        ({"experts": 4}, "expected a way of sharing by its name"),
        ("mmoe", "expected a way of sharing by its name"),
    ],
)
def test_stored_values_of_no_way_are_refused(plain: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sharing_from(plain)


def test_options_reach_the_body() -> None:
    soft = made(Soft(penalty="trace_norm", strength=0.5))
    assert isinstance(soft, SoftBody)
    assert (soft.penalty, soft.strength) == ("trace_norm", 0.5)
    stitched = made(CrossStitch(own=0.25))
    assert isinstance(stitched, CrossStitchBody)
    assert stitched.stitches[0][0, 0] == 0.25
    mmoe = made(Mmoe(experts=6))
    assert isinstance(mmoe, MmoeBody)
    assert mmoe.mixers.shape[1] == 6
    ple = made(Ple(shared_experts=3, own_experts=4))
    assert isinstance(ple, PleBody)
    assert (len(ple.last.shared.weight), ple.last.num_own) == (3, 4)
