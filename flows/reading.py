"""The rows of a study, as everything after them takes them."""

import data_checks
from flows.open_study import Study
from mtl.data.frame import Frame
from mtl.data.read_table import read_study
from mtl.study.champion_profile import champion_profile


def known_champion(study: Study) -> data_checks.Known | None:
    """The champion, if there is one whose version tells what its training rows were like."""
    found = champion_profile(study.spec, study.registry, study.store)
    return None if found is None else data_checks.Known(*found)


def read_rows(study: Study) -> tuple[Study, Frame]:
    """The study with the names of its columns, and its rows without those that it sets aside.

    Raises:
        DataError: they cannot be read, or too many break what is asked of them.
        SpecError: the spec does not fit them.
    """
    spec, frame = read_study(study.spec, study.store.archives, study.store.frames)
    return study.of(spec), data_checks.set_aside(spec, frame, study.store.set_aside(spec.name))
