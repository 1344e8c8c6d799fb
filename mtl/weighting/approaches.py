"""The approaches that a spec asks for: each weighting scheme under each way of sharing that it is defined for."""

from collections.abc import Mapping
from dataclasses import dataclass

from mtl.errors import SpecError
from mtl.run_names import ApproachName
from mtl.spec import AnySharing, Spec
from mtl.weighting.catalog import build
from mtl.weighting.scheme import Needs, Scheme


@dataclass(frozen=True)
class Approach:
    """How the tasks of a multi-task run are weighed and what they share."""

    scheme: Scheme
    sharing: AnySharing


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
        SpecError: with its line in the spec, for an unknown scheme or option, or a way of sharing that none of the
            schemes is defined for.
    """
    schemes = {described.label: _scheme(spec, position) for position, described in enumerate(spec.schemes)}
    chosen, undefined = {}, {}
    for position, sharing in enumerate(spec.sharing):
        for name, scheme in schemes.items():
            called = ApproachName(name, sharing.label)
            if defined(scheme, sharing):
                chosen[called] = Approach(scheme, sharing)
            else:
                undefined[called] = f"{name} compares the gradients of shared parameters; under {sharing.name} none is"
        if not any(defined(scheme, sharing) for scheme in schemes.values()):
            place = spec.place("sharing", str(position))
            raise SpecError(
                f"{place}: sharing.{position}: {sharing.name} shares no parameter, and every scheme of the spec"
                " compares the gradients of shared ones; add a scheme that reads losses alone, such as equal"
            )
    return Approaches(chosen, undefined)


def defined(scheme: Scheme, sharing: AnySharing) -> bool:
    """Whether what the scheme reads exists: there is a Gramian where parameters are shared."""
    return sharing.shares_parameters or scheme.needs is not Needs.GRAMIAN


def _scheme(spec: Spec, position: int) -> Scheme:
    described = spec.schemes[position]
    try:
        return build(described.name, described.options, tuple(spec.tasks), spec.depths())
    except SpecError as error:
        raise SpecError(f"{spec.place('schemes', str(position))}: schemes.{position}: {error}") from None
