"""The report of a study on Prefect's pages, as an artifact of its run."""

import re
from contextlib import suppress
from pathlib import Path

import httpx
from prefect.artifacts import create_markdown_artifact

from mtl.report.report_names import PAGE


def show_report(report: Path, sentence: str) -> None:
    """Show a report and the sentence of its decision, unless Prefect's server was lost: it is elsewhere, too."""
    key = re.sub(r"[^a-z0-9]+", "-", f"report-{report.name}".lower())
    with suppress(httpx.HTTPError):
        create_markdown_artifact((report / PAGE).read_text(encoding="utf-8"), key, sentence)
