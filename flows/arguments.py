"""Names and numbers that a command is given, refused before anything is asked about them."""

import re
from pathlib import Path

from mtl.errors import UserError
from mtl.names import LONGEST_NAME
from mtl.shown import reason_of, shortened
from mtl.storage import partial_file


def require_name(name: str) -> None:
    """Raise `UserError` for what cannot be the name of a study, and so of no registered model."""
    if not (re.fullmatch("[A-Za-z][A-Za-z0-9_]*", name) and len(name) <= LONGEST_NAME):
        raise UserError(
            f"NAME: expected a study's name: a letter, then letters, digits and underscores, {LONGEST_NAME} at most;"
            f" got '{shortened(name)}'"
        )


def require_version(version: str) -> None:
    """Raise `UserError` for what cannot be the number of a registered version."""
    if not re.fullmatch("[1-9][0-9]{0,9}", version):
        raise UserError(f"version: expected the number of a registered version; got '{shortened(version)}'")


def require_place(out: Path) -> None:
    """Raise `UserError` where a result cannot be written."""
    try:
        with partial_file(out) as probe:
            probe.touch()
    except (OSError, ValueError) as error:
        raise UserError(f"OUT: expected a place to write in; '{out}' is none: {reason_of(error)}") from error
