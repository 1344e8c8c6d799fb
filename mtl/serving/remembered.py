"""The last champion that was known, for a server that starts while the registry is down."""

import logging
from collections.abc import Callable
from pathlib import Path

from mtl.errors import RegistryUnreachableError
from mtl.provenance import folder_digest
from mtl.serving.reload import ChampionSource
from mtl.storage import read_json, write_json

LOG = logging.getLogger(__name__)


class RememberedSource:
    """What a source says, and, as long as it was never reached, what it said when it last was.

    Attributes:
        excuse: why what is served was remembered and not asked for; None where it was asked for.
    """

    def __init__(self, source: Callable[[], ChampionSource], note: Path) -> None:
        """`source` is made when it is first asked, and made anew until that succeeds; `note`: a file."""
        self._make, self._note = source, note
        self._source: ChampionSource | None = None
        self._known: tuple[str, Path] | None = None
        self.excuse: str | None = None

    def current(self) -> tuple[str, Path]:
        """The version and its folder.

        Raises what the source raises; RegistryUnreachableError, too, where nothing is remembered, or not as it was.
        """
        try:
            self._source = self._source or self._make()
            found = self._source.current()
        except RegistryUnreachableError as error:
            remembered = self._remembered() if self._known is None else None
            if remembered is None:
                raise
            LOG.warning("starting with version %s, the last that was known: %s", remembered[0], error)
            self._known, self.excuse = remembered, " ".join(str(error).split())
            return remembered
        self._remember(found)
        return found

    def _remember(self, found: tuple[str, Path]) -> None:
        self.excuse = None
        if found != self._known:
            version, folder = found
            self._note.parent.mkdir(parents=True, exist_ok=True)
            write_json(self._note, {"version": version, "folder": str(folder), "digest": folder_digest(folder)})
            self._known = found

    def _remembered(self) -> tuple[str, Path] | None:
        try:
            note = read_json(self._note)
            version, folder = str(note["version"]), Path(note["folder"])
            return (version, folder) if folder_digest(folder) == note["digest"] else None
        except (OSError, ValueError, KeyError, TypeError):  # there is none, or not a whole one
            return None
