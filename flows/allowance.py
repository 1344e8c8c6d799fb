"""The time that a user allows a study, as `mtl run --time` says it."""

import re
import time
from dataclasses import dataclass, field, replace

from mtl.errors import UserError

UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True)
class Allowance:
    """Seconds from when it began, on this process's clock: by default from when it is made on."""

    seconds: float
    began: float = field(default_factory=time.monotonic)

    def after(self, waited: float) -> "Allowance":
        """The same, begun so many seconds later: to wait for another study is no part of this one."""
        return replace(self, began=self.began + waited)

    @property
    def spent(self) -> float:
        """Seconds that have gone by."""
        return time.monotonic() - self.began

    @property
    def left(self) -> float:
        """Seconds that are left; none, once they are overdrawn."""
        return max(self.seconds - self.spent, 0.0)


def seconds_of(text: str) -> float:
    """The seconds of a duration such as `90s`, `10m` or `1.5h`.

    Raises:
        UserError: it is none, or none above zero.
    """
    found = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)([smh])", text)
    if found is None or float(found[1]) == 0:
        raise UserError(f"--time: expected a number above 0 and s, m or h, such as 90s, 10m or 2h; got '{text}'")
    return float(found[1]) * UNITS[found[2]]
