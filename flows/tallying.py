"""Counting what studies come to, in their home, and writing it to the file of `MTL_METRICS` for Prometheus."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import ParamSpec

from filelock import FileLock
from prefect.runtime import deployment, flow_run
from pydantic import ValidationError

from flows.notifying import name_of
from flows.settings import Settings, read_settings
from mtl.jsonable import from_json, to_json
from mtl.report.notice import notice_of
from mtl.report.outcome import Outcome
from mtl.report.tally import FAILED, Tally, exposition_of
from mtl.shown import printable, without_passwords
from mtl.storage import write_text

P = ParamSpec("P")

LOG = logging.getLogger(__name__)

FOLDER = "tallies"
"""Below a home: a file for each study's name."""

LONGEST = 500
"""Characters of a sentence."""


def tallied(flow: Callable[P, Outcome]) -> Callable[P, Outcome]:
    """The function of a flow whose first argument is a spec; what it comes to is counted. It raises what it raised."""

    @wraps(flow)
    def counted(*args: P.args, **kwargs: P.kwargs) -> Outcome:
        began = time.time()
        spec = str(args[0] if args else kwargs["spec"])
        try:
            outcome = flow(*args, **kwargs)
        except Exception as error:
            _count(name_of(spec), FAILED, str(error), began)
            raise
        notice = notice_of(outcome, "")
        sentence = outcome.decision.sentence
        drifted = () if outcome.moved else outcome.drifted  # a new champion was trained on what has moved
        event = notice.event if notice else "unchanged"
        _count(outcome.study, event, sentence, began, len(outcome.failures), drifted)
        return outcome

    return counted


def read_tallies(home: Path) -> tuple[Tally, ...]:
    """All of a home, by name; a file that is none is passed over."""
    found = []
    for file in sorted((home / FOLDER).glob("[!.]*.json")):
        try:
            found.append(from_json(Tally, file.read_bytes()))
        except (OSError, ValidationError):
            continue
    return tuple(found)


def _count(
    study: str, result: str, sentence: str, began: float, runs_failed: int = 0, drifted: tuple[str, ...] | None = None
) -> None:
    """What cannot be written is a line in the log: no study fails for it. `drifted`: None where nothing tells."""
    settings, now = read_settings(), time.time()
    told = without_passwords(printable(" ".join(sentence.split())))[:LONGEST]
    try:
        with FileLock(settings.home / f"{FOLDER}.lock"):
            before = next((one for one in read_tallies(settings.home) if one.study == study), Tally(study))
            after = before.after(result, told, began, now, runs_failed)
            after = replace(after, late=_late(began), drifted=before.drifted if drifted is None else drifted)
            write_text(settings.home / FOLDER / f"{study}.json", to_json(after))
            _expose(settings)
    except OSError as error:
        LOG.warning("what studies came to could not be counted: %s", error)


def _expose(settings: Settings) -> None:
    if settings.metrics is not None:
        write_text(settings.metrics, exposition_of(read_tallies(settings.home)))


def _late(began: float) -> float:
    """Seconds from the time of a schedule, if one asked for this flow run."""
    if deployment.id is None:
        return 0.0
    due: datetime = flow_run.scheduled_start_time
    return max(0.0, round(began - due.timestamp(), 1))
