"""The rows of a study, as everything after them takes them."""

import data_checks
from flows.open_study import Study
from mtl.data.frame import Frame
from mtl.data.read_table import read_study


def read_rows(study: Study) -> tuple[Study, Frame]:
    """The study with the names of its columns, and its rows without those that it sets aside.

    Raises:
        DataError: they cannot be read, or too many break what is asked of them.
        SpecError: the spec does not fit them.
    """
    spec, frame = read_study(study.spec, study.store.archives, study.store.frames)
    return study.of(spec), data_checks.set_aside(spec, frame, study.store.set_aside(spec.name))
