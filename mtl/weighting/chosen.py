"""The schemes that a spec asks for."""

from mtl.errors import SpecError
from mtl.spec import Spec
from mtl.weighting.base import Scheme
from mtl.weighting.catalog import build


def schemes_of(spec: Spec) -> dict[str, Scheme]:
    """Each scheme of a spec by its label, in the spec's order.

    Raises:
        SpecError: with the line of the scheme in the spec, for an unknown name or option.
    """
    return {described.label: _scheme(spec, position) for position, described in enumerate(spec.schemes)}


def _scheme(spec: Spec, position: int) -> Scheme:
    described = spec.schemes[position]
    try:
        return build(described.name, described.options, tuple(spec.tasks), spec.depths())
    except SpecError as error:
        raise SpecError(f"{spec.place('schemes', str(position))}: schemes.{position}: {error}") from None
