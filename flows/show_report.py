"""`mtl report`: the page of a study's last decision, in a browser where there is one."""

import webbrowser
from pathlib import Path

from flows.settings import home_folder
from mtl.errors import UserError
from mtl.hints import did_you_mean
from mtl.report.report_names import HTML
from mtl.study.store import Store


def report_of(name: str | None) -> Path:
    """The page of a study; of the latest one without a name.

    Raises:
        UserError: there is no such study, or none has a page.
    """
    reports = Store(home_folder()).reports
    pages = {page.parent.name: page for page in reports.glob(f"*/{HTML}")}
    if name is not None:
        if name not in pages:
            there = f"there are: {', '.join(sorted(pages))}" if pages else "no study has ended here"
            raise UserError(f"no report of '{name}' in {reports}; {did_you_mean(name, list(pages))}{there}")
        return pages[name]
    if not pages:
        raise UserError(f"no report in {reports}: run a study first, mtl run SPEC")
    return max(pages.values(), key=lambda page: page.stat().st_mtime)


def show(page: Path) -> bool:
    """Open it in the user's browser; whether there is one."""
    try:
        return webbrowser.open(page.as_uri())
    except webbrowser.Error:
        return False
