"""Which schemes are trained under which ways of sharing, and what is said of those that are not."""

import re

import pytest

from mtl.errors import SpecError
from mtl.extensions import SCHEMES, SHARING
from mtl.models.sharing.hard import Hard
from mtl.models.sharing.mmoe import Mmoe
from mtl.models.sharing.soft import Soft
from mtl.run_names import ApproachName
from mtl.spec import SharingEntry, Spec
from mtl.training.approaches import TUNED_FIXED, Approach, approaches_of, defined, schemes_of, sharing_of
from mtl.weighting.scheme import Needs
from mtl.weighting.schemes.cagrad import CaGrad
from mtl.weighting.schemes.equal import Equal
from mtl.weighting.schemes.fixed import Fixed
from mtl.weighting.schemes.hierarchical import Hierarchical
from tests.mtl.spec.texts import spec
from tests.mtl.studies import SMALL


def test_every_scheme_is_trained_under_every_way_of_sharing_in_the_order_of_the_spec() -> None:
    written = spec("sharing: [{name: mmoe, experts: 8}, hard]\n", schemes="schemes: [equal, {name: cagrad, c: 0.4}]")
    found = approaches_of(written)
    assert dict(found.chosen) == {
        ApproachName("equal", "mmoe(experts=8)"): Approach(Equal(), Mmoe(experts=8)),
        ApproachName("cagrad(c=0.4)", "mmoe(experts=8)"): Approach(CaGrad(c=0.4), Mmoe(experts=8)),
        ApproachName("equal"): Approach(Equal(), Hard()),
        ApproachName("cagrad(c=0.4)"): Approach(CaGrad(c=0.4), Hard()),
    }
    assert [str(name) for name in found.chosen][0::3] == ["equal with mmoe(experts=8)", "cagrad(c=0.4)"]
    assert not found.undefined


def test_sharing_is_hard_where_a_spec_says_nothing_of_it() -> None:
    assert sharing_of(spec()) == {"hard": Hard()}


def test_a_scheme_that_compares_gradients_has_nothing_to_read_where_no_parameter_is_shared() -> None:
    written = spec("sharing: [soft, hard]\n", schemes="schemes: [pcgrad, equal]")
    found = approaches_of(written)
    assert dict(found.undefined) == {
        ApproachName("pcgrad", "soft"): "pcgrad compares the gradients of shared parameters; under soft none is"
    }
    assert [str(name) for name in found.chosen] == ["equal with soft", "pcgrad", "equal"]


@pytest.mark.parametrize("name", SCHEMES.names)
def test_only_schemes_that_read_the_gramian_are_undefined_and_only_where_nothing_is_shared(name: str) -> None:
    (scheme,) = schemes_of(spec(schemes=f"schemes: [{{name: {name}, options: {_told(name)}}}]")).values()
    for way in map(SHARING.get, SHARING.names):
        assert defined(scheme, way()) == (way.shares_parameters or scheme.needs is not Needs.GRAMIAN)


def test_a_way_of_sharing_that_no_scheme_is_defined_for_is_refused_with_its_line() -> None:
    written = spec("sharing:\n  - hard\n  - {name: soft, strength: 2}\n", schemes="schemes: [pcgrad, mgda]")
    expected = "demo.yaml:17: sharing.1: soft(strength=2) shares no parameter, and every scheme of the spec compares"
    with pytest.raises(SpecError, match=re.escape(expected)):
        approaches_of(written)


def test_what_a_scheme_is_told_of_the_tasks_is_in_their_order() -> None:
    written = spec(
        schemes="schemes: [{name: fixed, weights: {cost: 2, ill: 0.5}}, hierarchical]", ill="ill: {kind: binary}"
    )
    assert list(schemes_of(written).values()) == [Fixed((0.5, 2.0)), Hierarchical(depths=(0, 0))]


def test_depths_follow_the_tree_of_the_tasks() -> None:
    written = spec(schemes="schemes: [hierarchical]", metric="composed_of: [ill]")
    assert list(schemes_of(written).values()) == [Hierarchical(depths=(1, 0))]


def test_options_that_were_not_held_to_their_types_before_are_now() -> None:
    unchecked = (SharingEntry(name="hard"), SharingEntry(name="mmoe", options={"experts": 1}))
    with pytest.raises(SpecError, match=r"sharing\.1\.experts: input should be greater than or equal to 2; got 1"):
        sharing_of(spec().model_copy(update={"sharing": unchecked}))


def test_the_same_way_with_other_options_is_another_approach() -> None:
    written = spec("sharing: [soft, {name: soft, penalty: trace_norm}]\n")
    assert list(sharing_of(written).values()) == [Soft(), Soft(penalty="trace_norm")]
    assert len(approaches_of(written).chosen) == 2


def _told(name: str) -> str:
    return "{weights: {ill: 1, cost: 2}}" if name == "fixed" else "{}"


def test_constant_weights_that_are_tuned_begin_equal_under_every_way_of_sharing() -> None:
    small = Spec.model_validate({**SMALL, "tuning": {"trials": 3}, "sharing": ["hard", "soft"]})
    chosen = approaches_of(small).chosen
    assert schemes_of(small)[TUNED_FIXED] == Fixed((1.0,) * len(small.tasks))
    assert {name.sharing for name in chosen if name.scheme == TUNED_FIXED} == {"hard", "soft"}
    assert not any(name.scheme == TUNED_FIXED for name in approaches_of(Spec.model_validate(SMALL)).chosen)


def test_one_task_alone_has_no_weights_to_tune() -> None:
    alone = {**SMALL, "tasks": {"diabetes": {"kind": "binary"}}, "tuning": {"trials": 3}, "schemes": ["equal"]}
    assert list(schemes_of(Spec.model_validate(alone))) == ["equal"]
