"""The schemes by name: what a spec may ask for, and how its options become a scheme."""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields
from difflib import get_close_matches
from typing import Any, NamedTuple, get_type_hints

from pydantic import ConfigDict, TypeAdapter, ValidationError

from mtl.errors import SpecError
from mtl.weighting.options import PER_TASK, TASK_DEPTHS
from mtl.weighting.scheme import Scheme
from mtl.weighting.schemes.aligned import Aligned
from mtl.weighting.schemes.cagrad import CaGrad
from mtl.weighting.schemes.config import Config
from mtl.weighting.schemes.db_mtl import DbMtl
from mtl.weighting.schemes.dualproj import DualProj
from mtl.weighting.schemes.dwa import Dwa
from mtl.weighting.schemes.equal import Equal
from mtl.weighting.schemes.fairgrad import FairGrad
from mtl.weighting.schemes.famo import Famo
from mtl.weighting.schemes.fixed import Fixed
from mtl.weighting.schemes.geometric import Geometric
from mtl.weighting.schemes.gradnorm import GradNorm
from mtl.weighting.schemes.gradvac import GradVac
from mtl.weighting.schemes.hierarchical import Hierarchical
from mtl.weighting.schemes.imtl_g import ImtlG
from mtl.weighting.schemes.imtl_l import ImtlL
from mtl.weighting.schemes.mgda import Mgda
from mtl.weighting.schemes.nash import Nash
from mtl.weighting.schemes.pcgrad import PcGrad
from mtl.weighting.schemes.random import Random
from mtl.weighting.schemes.scale_invariant import ScaleInvariant
from mtl.weighting.schemes.smooth_tchebycheff import SmoothTchebycheff
from mtl.weighting.schemes.soft_uncertainty import SoftUncertainty
from mtl.weighting.schemes.uncertainty import Uncertainty
from mtl.weighting.schemes.upgrad import UpGrad

CATALOG: Mapping[str, type[Scheme]] = {
    "equal": Equal,
    "fixed": Fixed,
    "hierarchical": Hierarchical,
    "uncertainty": Uncertainty,
    "soft_uncertainty": SoftUncertainty,
    "dwa": Dwa,
    "random": Random,
    "geometric": Geometric,
    "scale_invariant": ScaleInvariant,
    "imtl_l": ImtlL,
    "smooth_tchebycheff": SmoothTchebycheff,
    "famo": Famo,
    "gradnorm": GradNorm,
    "mgda": Mgda,
    "pcgrad": PcGrad,
    "gradvac": GradVac,
    "cagrad": CaGrad,
    "imtl_g": ImtlG,
    "nash": Nash,
    "fairgrad": FairGrad,
    "aligned": Aligned,
    "upgrad": UpGrad,
    "dualproj": DualProj,
    "config": Config,
    "db_mtl": DbMtl,
}


class SchemeRow(NamedTuple):
    """One line of the table of schemes."""

    name: str
    needs: str
    paper: str
    summary: str
    options: str


def names() -> tuple[str, ...]:
    """The names of all schemes, in catalog order."""
    return tuple(CATALOG)


def describe() -> list[SchemeRow]:
    """The table of schemes, from the schemes themselves."""
    return [_describe(name, scheme) for name, scheme in CATALOG.items()]


def build(name: str, options: Mapping[str, object], tasks: Sequence[str], depths: Sequence[int]) -> Scheme:
    """The scheme `name` with the `options` of a spec, or SpecError in one line.

    Args:
        name: a name of the catalog.
        options: hyperparameters by name; those left out take their default.
        tasks: task names, in the order of the losses.
        depths: depth of each task in the task tree, roots at 0.
    """
    scheme = CATALOG.get(name)
    if scheme is None:
        raise SpecError(f"unknown scheme {name!r}{_suggestion(name, CATALOG)}; allowed: {', '.join(CATALOG)}")
    _check_option_names(name, scheme, options)
    types = get_type_hints(scheme, include_extras=True)
    values: dict[str, Any] = {}
    for parameter in _parameters(scheme):
        option = parameter.name
        where = f"option {option!r} of scheme {name!r}"
        if parameter.metadata == TASK_DEPTHS:
            values[option] = tuple(depths)
        elif option in options:
            per_task = parameter.metadata == PER_TASK
            value = _in_task_order(options[option], tasks, where) if per_task else options[option]
            values[option] = _checked(TypeAdapter(types[option], config=ConfigDict(strict=True)), value, where)
        elif parameter.default is MISSING:
            raise SpecError(f"{where} is missing")
    return scheme(**values)


def _check_option_names(name: str, scheme: type[Scheme], options: Mapping[str, object]) -> None:
    allowed = [parameter.name for parameter in _settable(scheme)]
    for option in options:
        if option not in allowed:
            suggestion, listed = _suggestion(option, allowed), ", ".join(allowed) or "none"
            raise SpecError(f"scheme {name!r} has no option {option!r}{suggestion}; allowed: {listed}")


def _parameters(scheme: type[Scheme]) -> tuple["Field[Any]", ...]:
    """The hyperparameters of a scheme."""
    return fields(scheme)  # type: ignore[arg-type]


def _settable(scheme: type[Scheme]) -> list["Field[Any]"]:
    """The hyperparameters that a spec may give."""
    return [parameter for parameter in _parameters(scheme) if parameter.metadata != TASK_DEPTHS]


def _checked(adapter: TypeAdapter[Any], value: object, where: str) -> object:
    """`value` as the type of its hyperparameter."""
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        problem = error.errors()[0]
        raise SpecError(f"{where}: {problem['msg'].lower()}, got {problem['input']!r}") from None


def _in_task_order(value: object, tasks: Sequence[str], where: str) -> tuple[object, ...]:
    """The values of a mapping task → value, in task order."""
    if not isinstance(value, Mapping):
        raise SpecError(f"{where}: expected a mapping from task to value, got {value!r}")
    for task in value:
        if task not in tasks:
            raise SpecError(f"{where}: unknown task {task!r}{_suggestion(task, tasks)}; tasks: {', '.join(tasks)}")
    missing = [task for task in tasks if task not in value]
    if missing:
        raise SpecError(f"{where}: no value for task {', '.join(missing)}; every task must be named")
    return tuple(value[task] for task in tasks)


def _suggestion(wrong: object, known: Sequence[str] | Mapping[str, object]) -> str:
    close = get_close_matches(str(wrong), list(known), n=1)
    return f", did you mean {close[0]!r}?" if close else ""


def _describe(name: str, scheme: type[Scheme]) -> SchemeRow:
    summary = (scheme.__doc__ or "").splitlines()[0]
    options = ", ".join(
        parameter.name if parameter.default is MISSING else f"{parameter.name} = {parameter.default}"
        for parameter in _settable(scheme)
    )
    return SchemeRow(name, scheme.needs.value, scheme.paper, summary, options)
