"""A tick of a schedule that retrains on drift alone: rows like those that the champion knows change no model."""

from data_checks.drifted import drifted
from flows.open_study import Study
from flows.progress import say
from flows.reading import known_champion, read_rows
from mtl.report.last_outcome import read_last
from mtl.report.outcome import Outcome


def look_up(study: Study) -> Outcome | None:
    """What the study last came to, while its rows are like those that its champion was trained on.

    None where anything has drifted, and where nothing tells: before the first study, without a champion, or where its
    version does not say what its rows were like.

    Raises:
        DataError: the rows cannot be read.
        SpecError: the spec does not fit them.
        RegistryUnreachableError: the registry cannot be reached.
    """
    last = read_last(study.store.outcome(study.spec.name))
    if last is None or not last.outcome.report.is_dir():
        return None
    study, frame = read_rows(study)
    champion = known_champion(study)
    if champion is None:
        return None
    found = drifted(study.spec, frame.by_need, champion)
    if found:
        say(f"Drift in {', '.join(sorted({each.column or 'the number of rows' for each in found}))}: retraining")
        return None
    return last.told_again(champion.version)
