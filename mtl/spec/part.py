"""What every part of a spec is."""

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A part of a spec: immutable, and no key that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
