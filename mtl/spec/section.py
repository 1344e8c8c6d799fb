"""What every section of a spec is."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
Fraction = Annotated[float, Field(ge=0.0, le=1.0)]


class Section(BaseModel):
    """A section of a spec: immutable, and no key that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def inconsistent(message: str, *key: str) -> PydanticCustomError:
    """A mistake that no type can rule out, at `key` below the section that finds it."""
    return PydanticCustomError("inconsistent", "{message}", {"message": message, "key": key})
