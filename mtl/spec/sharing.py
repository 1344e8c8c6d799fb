"""The ways in which the tasks of one network share parameters, with their options."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from mtl.spec.section import Section


class _Way(Section):
    """A way of sharing by its name, with its options."""

    paper: ClassVar[str]
    shares_parameters: ClassVar[bool] = True

    @property
    def label(self) -> str:
        """The name, and the options that are not the default: `mmoe(experts=8)`."""
        given = self.model_dump(exclude={"name"}, exclude_defaults=True)
        options = ", ".join(f"{name}={value}" for name, value in given.items())
        name: str = self.model_dump()["name"]
        return f"{name}({options})" if options else name


class HardSharing(_Way):
    """One trunk that every task reads."""

    paper: ClassVar[str] = "Caruana 1997"

    name: Literal["hard"] = Field("hard", description="the way's name")


class SoftSharing(_Way):
    """One network per task, their parameters pulled together; no parameter is shared."""

    paper: ClassVar[str] = "Duong et al. 2015, ACL; Yang and Hospedales 2017, arXiv 1606.04038"
    shares_parameters: ClassVar[bool] = False

    name: Literal["soft"] = Field("soft", description="the way's name")
    penalty: Literal["l2", "trace_norm"] = Field(
        "l2", description="l2: squared distance to the tasks' mean; trace_norm: of the tasks' stacked parameters"
    )
    strength: float = Field(1e-2, ge=0, description="weight of the penalty, which is added to the loss")


class CrossStitchSharing(_Way):
    """A trunk per task; after each hidden layer every task reads a learned mixture of all of them."""

    paper: ClassVar[str] = "Misra et al. 2016, arXiv 1604.03539"

    name: Literal["cross_stitch"] = Field("cross_stitch", description="the way's name")
    own: float = Field(0.9, ge=0, le=1, description="initial weight of a task's own trunk; the others share the rest")


class MmoeSharing(_Way):
    """Several trunks (experts) that all tasks share, and for each task a gate that mixes them row by row."""

    paper: ClassVar[str] = "Ma et al. 2018, KDD"

    name: Literal["mmoe"] = Field("mmoe", description="the way's name")
    experts: int = Field(4, ge=2, description="number of experts, each as wide as the trunk")


class PleSharing(_Way):
    """Shared experts and each task's own at every hidden layer, mixed by gates (progressive layered extraction)."""

    paper: ClassVar[str] = "Tang et al. 2020, RecSys"

    name: Literal["ple"] = Field("ple", description="the way's name")
    shared_experts: int = Field(2, ge=1, description="experts of each layer that all tasks read")
    own_experts: int = Field(1, ge=1, description="experts of each layer that belong to one task, for each task")


def _entry(entry: Any) -> Any:  # noqa: ANN401  # plain values
    """`- hard` for `- {name: hard}`."""
    return {"name": entry} if isinstance(entry, str) else entry


AnySharing = Annotated[
    HardSharing | SoftSharing | CrossStitchSharing | MmoeSharing | PleSharing, Field(discriminator="name")
]

SharingEntry = Annotated[
    AnySharing,
    BeforeValidator(_entry, json_schema_input_type=Literal["hard", "soft", "cross_stitch", "mmoe", "ple"] | AnySharing),
]
"""`- hard`, or a mapping of the name and its options."""
