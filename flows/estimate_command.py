"""`mtl run --estimate`: what it prints."""

import sys
from datetime import date

from rich.console import Console

from flows.json_log import error_console
from mtl.errors import UserError
from mtl.report.plain_text import print_plain


def print_estimate(spec: str, as_of: date | None, within: str | None, as_json: bool) -> None:
    """A sentence, or JSON.

    Raises:
        UserError: no such spec, or a time that was named already.
        MtlError: the data cannot be read or split.
    """
    if within is not None:
        raise UserError("--estimate: expected without --time, which says itself how long the study takes; got both")
    from flows.estimating import estimate_study
    from mtl.jsonable import to_json
    from mtl.report.estimate_line import estimate_line

    found = estimate_study(spec, as_of, error_console())
    if as_json:
        sys.stdout.write(to_json(found) + "\n")
    else:
        print_plain(Console(), estimate_line(found), soft_wrap=True)
