"""`mtl status`: what is late and what fails, by what studies came to and by the schedules of a server that runs."""

import os
from contextlib import suppress
from datetime import UTC, datetime
from importlib import import_module

from flows.servers import running_prefect
from flows.settings import Settings, configure_prefect, read_settings
from flows.tallying import read_tallies
from mtl.errors import UserError
from mtl.report.status import UNKNOWN, Standing, status_lines, status_page
from mtl.report.tally import Tally
from mtl.storage import write_text

PAGE = "status.html"
"""Below a home."""


def status() -> tuple[str, bool]:
    """How studies stand, in lines, and whether anything asks for someone to look. The page is written anew, too.

    Raises:
        MtlError: the server that was named does not answer, or lets nobody in.
    """
    settings = running_prefect(read_settings())
    standings, note = _standings(settings)
    page = settings.home / PAGE
    write_text(page, status_page(standings, str(settings.home), note, datetime.now(UTC)))
    return f"{status_lines(standings, note)}\nPage: {page}", any(one.problems for one in standings)


def _standings(settings: Settings) -> tuple[tuple[Standing, ...], str]:
    """Of every study that ended here or has a schedule; and what is not known."""
    tallies = {tally.study: tally for tally in read_tallies(settings.home)}
    if settings.prefect_api_url is None:
        return tuple(Standing(tally) for tally in tallies.values()), UNKNOWN
    found = {name: Standing(tally) for name, tally in tallies.items()}
    configure_prefect(settings)
    os.environ["PREFECT_API_URL"] = settings.prefect_api_url
    import_module("flows.reach_prefect").reach_prefect()  # Prefect reads its settings when it is imported
    schedules = import_module("flows.schedules")
    for one in schedules.listed():
        with suppress(UserError):  # it was removed just now
            late = schedules.late_ticks(one.name)
            found[one.name] = Standing(tallies.get(one.name, Tally(one.name)), str(one).partition(": ")[2], late)
    return tuple(found[name] for name in sorted(found)), ""
