"""`mtl decide`: a stored decision, made again from its evidence."""

from pathlib import Path
from tempfile import TemporaryDirectory

from flows.settings import Settings, read_settings
from mtl import registry
from mtl.storage import is_file
from mtl.study.deciding import DECISION, Repeated, repeat_decision
from mtl.study.store import Store


def decide_again(report_or_run: str) -> Repeated:
    """Repeat the decision of a report's folder, of a study's last report by its name, or of MLflow's run by its id.

    Raises:
        MtlError: there is no such report, or it holds no decision with its evidence.
    """
    settings = read_settings()
    for folder in (Path(report_or_run), Store(settings.home).report(report_or_run)):
        if is_file(folder / DECISION):
            return repeat_decision(folder)
    with TemporaryDirectory(prefix="mtl-report-") as temporary:
        return repeat_decision(_downloaded(settings, report_or_run, Path(temporary)))


def _downloaded(settings: Settings, run_id: str, folder: Path) -> Path:
    return registry.download_report(registry.Registry(settings.tracking_uri), run_id, folder)
