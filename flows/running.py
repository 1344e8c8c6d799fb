"""`mtl run` and `mtl check`: from the words of a command to the flow."""

from datetime import date

from rich.console import Console

import data_checks
from data_checks import CheckReport
from flows.outcome import Outcome
from flows.progress import showing_progress
from flows.servers import running_prefect
from flows.settings import Settings, configure_prefect, read_settings
from flows.study import open_study
from mtl.data.sources import read_source


def run_study(spec: str, as_of: date | None, promote: bool, console: Console) -> Outcome:
    """Run the flow here and now.

    Raises:
        UserError: found before anything is started, where it can be.
        MtlError: the study failed.
    """
    settings = _settings()
    open_study(spec, settings, as_of)
    with showing_progress(console):
        # Prefect's own start takes seconds: a mistake in the spec is told before.
        from flows.retrain import retrain  # noqa: PLC0415

        return retrain(spec, as_of, promote)


def check_data(spec: str) -> CheckReport:
    """Read the data of a spec and check it, without Prefect."""
    study = open_study(spec, _settings())
    frame = read_source(study.spec, study.store.archives, study.store.frames)
    return data_checks.check(study.spec, frame.read(), study.store.docs(study.spec.name))


def _settings() -> Settings:
    settings = running_prefect(read_settings())
    configure_prefect(settings)
    return settings
