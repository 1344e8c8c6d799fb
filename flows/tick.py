"""A tick of a schedule: the retraining flow, but a study that has not changed is answered before any step of it.

Most ticks find nothing new. Such a one does not import what trains, and leaves nothing but its own run in Prefect.
"""

from contextlib import suppress
from importlib import import_module
from typing import Any

from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner

from flows.flow_names import run_name
from flows.json_log import know
from flows.open_study import open_study
from flows.settings import read_settings
from mtl.errors import MtlError
from mtl.report.outcome import Outcome

RUNNER: Any = ThreadPoolTaskRunner()


@flow(name="retrain", flow_run_name=run_name, task_runner=RUNNER, persist_result=False, validate_parameters=True)
def tick(spec: str, on_drift: bool = False) -> Outcome:
    """What the study came to when it was last made if nothing has changed since; else what it comes to now.

    Args:
        spec: path of a spec, or the name of a shipped example.
        on_drift: whether rows that are new, but like those that the champion was trained on, count as no change.
    """
    with suppress(MtlError):  # the flow below meets it again, and tells of it
        study = open_study(spec, read_settings())
        know(study=study.spec.name)
        known: Outcome | None = import_module("flows.unchanged").look_up(study, on_drift)
        if known:
            return known
    made: Outcome = import_module("flows.retrain").retrain.fn(spec)
    return made
