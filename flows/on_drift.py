"""A schedule that retrains on drift alone: rows like those that the champion knows change no model."""

from data_checks import moved
from data_checks.drifted import drifted
from flows.open_study import Study
from flows.progress import say
from flows.reading import known_champion
from mtl.data.frame import Frame


def is_like_the_champion(study: Study, frame: Frame) -> bool:
    """Whether the rows are like those that the champion was trained on; not where nothing tells what those were like.

    Raises:
        RegistryUnreachableError: the registry cannot be reached.
    """
    champion = known_champion(study)
    if champion is None:
        return False
    found = moved(drifted(study.spec, frame.by_need, champion))
    if found:
        say(f"Drift: {', '.join(found)}")
    return not found
