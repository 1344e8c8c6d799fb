"""The approaches that a spec asks for: each weighting scheme under each way of sharing that it is defined for.

Where settings are tuned, constant weights are, too: the reference that the literature asks of every scheme (Kurin et
al. 2022, arXiv 2201.04122; Xin et al. 2022, arXiv 2209.11379). They begin equal.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from mtl.errors import SpecError
from mtl.extensions import SCHEMES, SHARING
from mtl.models.sharing_way import Sharing
from mtl.options import OptionError, make
from mtl.run_names import ApproachName
from mtl.spec import Spec
from mtl.weighting.scheme import Needs, Scheme
from mtl.weighting.schemes.fixed import Fixed

TUNED_FIXED = "fixed(tuned)"
"""The label of constant weights that are tuned, each nonnegative, their sum the number of tasks."""


@dataclass(frozen=True)
class Approach:
    """How the tasks of a multi-task run are weighed and what they share."""

    scheme: Scheme
    sharing: Sharing


@dataclass(frozen=True)
class Approaches:
    """What a spec's schemes and ways of sharing come to.

    Attributes:
        chosen: the approaches by name, in the spec's order.
        undefined: name and reason of each pair that is not trained.
    """

    chosen: Mapping[ApproachName, Approach]
    undefined: Mapping[ApproachName, str]


def approaches_of(spec: Spec) -> Approaches:
    """Every scheme under every way of sharing, the pairs that are not defined apart.

    Raises:
        SpecError: with its line in the spec, for a way of sharing that none of the schemes is defined for, or that
            lacks an option.
    """
    schemes = schemes_of(spec)
    chosen, undefined = {}, {}
    for position, (label, sharing) in enumerate(sharing_of(spec).items()):
        for name, scheme in schemes.items():
            called = ApproachName(name, label)
            if defined(scheme, sharing):
                chosen[called] = Approach(scheme, sharing)
            else:
                undefined[called] = f"{name} compares the gradients of shared parameters; under {label} none is"
        if not any(defined(scheme, sharing) for scheme in schemes.values()):
            raise SpecError(
                f"{spec.place('sharing', str(position))}: sharing.{position}: {label} shares no parameter, and every"
                " scheme of the spec compares the gradients of shared ones; add a scheme that reads losses alone,"
                " such as equal"
            )
    return Approaches(chosen, undefined)


def schemes_of(spec: Spec) -> dict[str, Scheme]:
    """The schemes of a spec by label, in its order; then constant weights, where they are to be tuned."""
    names, depths = tuple(spec.tasks), spec.depths()
    asked = {entry.label: make(SCHEMES.get(entry.name), entry.options, names, depths) for entry in spec.schemes}
    tuned = {TUNED_FIXED: Fixed(weights=(1.0,) * len(names))} if spec.tuning.trials and len(names) > 1 else {}
    return {**asked, **tuned}


def sharing_of(spec: Spec) -> dict[str, Sharing]:
    """The ways of sharing of a spec by label, in its order.

    Raises:
        SpecError: with its line in the spec, for one that lacks an option that it must be told.
    """
    made: dict[str, Sharing] = {}
    for position, entry in enumerate(spec.sharing):
        try:
            made[entry.label] = make(SHARING.get(entry.name), entry.options)
        except OptionError as mistake:
            key = f"sharing.{position}.{mistake.option}"
            raise SpecError(f"{spec.place('sharing', str(position))}: {key}: {mistake.problem}") from None
    return made


def defined(scheme: Scheme, sharing: Sharing) -> bool:
    """Whether what the scheme reads exists: there is a Gramian where parameters are shared."""
    return sharing.shares_parameters or scheme.needs is not Needs.GRAMIAN
