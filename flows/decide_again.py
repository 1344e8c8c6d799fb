"""`mtl decide`: a stored decision, made again from its evidence."""

from pathlib import Path
from tempfile import TemporaryDirectory

from flows.settings import Settings, read_settings
from mtl import registry
from mtl.errors import UserError
from mtl.shown import shortened
from mtl.storage import is_file
from mtl.study.deciding import DECISION, Repeated, repeat_decision
from mtl.study.store import Store

LONGEST_ID = 64
"""Characters; MLflow's own ids of runs have 32."""


def decide_again(report_or_run: str) -> Repeated:
    """Repeat the decision of a report's folder, of a study's last report by its name, or of MLflow's run by its id.

    Raises:
        UserError: this can be neither.
        MtlError: there is no such report, or it holds no decision with its evidence.
    """
    settings = read_settings()
    for folder in (Path(report_or_run), Store(settings.home).report(report_or_run)):
        if is_file(folder / DECISION):
            return repeat_decision(folder)
    if len(report_or_run) > LONGEST_ID:
        told = f"'{shortened(report_or_run)}'"
        raise UserError(f"REPORT_OR_RUN: expected a report's folder, a study's name or the id of its run; got {told}")
    with TemporaryDirectory(prefix="mtl-report-") as temporary:
        return repeat_decision(_downloaded(settings, report_or_run, Path(temporary)))


def _downloaded(settings: Settings, run_id: str, folder: Path) -> Path:
    return registry.download_report(registry.Registry(settings.tracking_uri), run_id, folder)
