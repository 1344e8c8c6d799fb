"""When a schedule retrains, in the words of its command."""

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from mtl.errors import UserError
from mtl.shown import shortened

RETENTION, OFF = "MTL_RETENTION", "off"
"""Tells the process of a tick how old is what it removes; or that it removes nothing."""

UNITS = {"m": "minutes", "h": "hours", "d": "days"}
SHORTEST = timedelta(minutes=1)


@dataclass(frozen=True)
class When:
    """One of three ways, of which none is needed where only drift is waited for.

    Attributes:
        cron: as cron has it, in a time zone.
        interval: from one tick to the next.
        new_data: a file, a folder or a pattern of files; whenever their content has changed.
        on_drift: whether a tick retrains only if rows are not like those that the champion was trained on.
    """

    cron: str | None = None
    interval: timedelta | None = None
    new_data: str | None = None
    timezone: str = "UTC"
    on_drift: bool = False

    def __str__(self) -> str:
        """As in messages."""
        return f"{self._times}, if rows have drifted from the champion's" if self.on_drift else self._times

    @property
    def _times(self) -> str:
        if self.cron:
            return f"at '{self.cron}' ({self.timezone})"
        return f"every {self.interval}" if self.interval else f"whenever {self.new_data} has changed"


def when_of(
    cron: str | None, interval: str | None, new_data: str | None, timezone: str, on_drift: bool = False
) -> When:
    """What a command was told; drift alone is looked for every hour.

    Raises UserError unless it is exactly one of them, and can be used.
    """
    given = [name for name, value in zip(OPTIONS, (cron, interval, new_data), strict=True) if value is not None]
    if on_drift and not given:
        return When(interval=LOOK_FOR_DRIFT, timezone=timezone, on_drift=True)
    if len(given) != 1:
        told = " and ".join(given) or "none"
        raise UserError(f"when to retrain: expected one of {', '.join(OPTIONS)}; got {told}")
    place = str(Path(new_data).absolute()) if new_data else None
    return When(cron, interval_of(interval) if interval else None, place, timezone, on_drift)


OPTIONS = ("--cron", "--interval", "--on-new-data")
LOOK_FOR_DRIFT = timedelta(hours=1)


def require_nothing_to_serve(*given: str | bool | None) -> None:
    """Raise UserError where a schedule is to be served and others are to be listed or changed in the same command."""
    if any(given):
        raise UserError(
            f"SPEC: expected with one of {', '.join(OPTIONS)}, to serve a schedule, or none of them, to list, --pause,"
            " --resume or --remove schedules; got a mixture"
        )


def interval_of(text: str) -> timedelta:
    """The time of `30m`, `6h` or `1d`. Raises UserError where it is none, or less than a minute."""
    return length_of(text, "--interval", "30m, 6h or 1d")


def length_of(text: str, option: str, such_as: str) -> timedelta:
    """Likewise, of any option. Raises UserError that names it."""
    found = re.fullmatch(r"([0-9]{1,5})([mhd])", text)
    if found is None or (length := timedelta(**{UNITS[found[2]]: int(found[1])})) < SHORTEST:
        raise UserError(
            f"{option}: expected a number above 0 and m, h or d, such as {such_as}; got '{shortened(text)}'"
        )
    return length
