"""What a schedule lets go by itself: after a tick, at most once a day, it cleans as `mtl clean` does."""

import os
import time
from datetime import timedelta
from importlib import import_module
from pathlib import Path

from prefect.client.schemas.objects import FlowRun
from prefect.logging.loggers import flow_run_logger

from flows.open_study import open_study
from flows.settings import read_settings
from flows.when import OFF, RETENTION
from mtl.errors import MtlError

STAMP = "cleaned"
"""Below a home: touched whenever its schedules have cleaned."""

EVERY = timedelta(days=1)

KEEP = 50
"""Of each kind, however old."""


def clean_after(flow: object, flow_run: FlowRun, state: object) -> None:
    """A hook of the tick, which has ended by then: clean if that is due. What goes wrong is a line in the log, no more.

    On servers that others may use, the records of its own study alone go.
    """
    age, home = os.environ.get(RETENTION, OFF), read_settings().home
    if age == OFF or not is_due(home / STAMP):
        return
    try:
        name = open_study(flow_run.parameters["spec"], read_settings()).spec.name
        told = import_module("flows.cleaning").clean(KEEP, age, dry_run=False, only=name)
        (home / STAMP).touch()
        flow_run_logger(flow_run).info(told)
    except (MtlError, OSError) as error:
        flow_run_logger(flow_run).warning("nothing old was removed: %s", error)


def is_due(stamp: Path) -> bool:
    """Whether a home was not cleaned within a day, by the file that is touched then."""
    return not stamp.exists() or time.time() - stamp.stat().st_mtime >= EVERY.total_seconds()
