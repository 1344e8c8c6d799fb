"""The rows of a study, as everything after them takes them.

Whoever asks whether a study has changed reads them: what takes seconds to import is imported only where it is needed.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from flows.open_study import Study
from mtl.data.frame import Frame
from mtl.data.read_table import read_study

if TYPE_CHECKING:
    from data_checks import Known


def known_champion(study: Study) -> "Known | None":
    """The champion, if there is one whose version tells what its training rows were like."""
    found = import_module("mtl.study.champion_profile").champion_profile(study.spec, study.registry, study.store)
    return None if found is None else import_module("data_checks.drifted").Known(*found)


def read_rows(study: Study) -> tuple[Study, Frame]:
    """The study with the names of its columns, and its rows without those that it sets aside.

    Raises:
        DataError: they cannot be read, or too many break what is asked of them.
        SpecError: the spec does not fit them.
    """
    spec, frame = read_study(study.spec, study.store.archives, study.store.frames)
    if spec.checks.on_violation == "set_aside":
        frame = import_module("data_checks.set_aside").set_aside(spec, frame, study.store.set_aside(spec.name))
    return study.of(spec), frame
