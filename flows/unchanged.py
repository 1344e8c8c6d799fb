"""A study that is asked for again when nothing has changed: data, spec, code, champion. It has its answer already."""

from collections.abc import Mapping
from datetime import datetime
from importlib import import_module

from flows.open_study import Study
from flows.reading import read_rows
from flows.settings import read_settings
from mtl import registry
from mtl.data.frame import Frame
from mtl.promotion.error_budget import Refused
from mtl.provenance import digest_of, source_digest
from mtl.report.last_outcome import LastOutcome, keep, read_last
from mtl.report.outcome import Outcome

ANY_ROWS = ""

CODE = ("mtl", "data_checks", "flows")
"""All that decides, from a spec to a promotion."""


def keep_outcome(study: Study, frame: Frame, outcome: Outcome) -> Outcome:
    """Keep what a study came to for whoever asks again, unless asking again could come to something else."""
    if can_stand(study, outcome):
        aliases = registry.read_aliases(study.registry, study.spec.name)
        question, of_any_rows = (question_of(study, rows, aliases) for rows in (frame.digest, ANY_ROWS))
        keep(LastOutcome(question, _now(), outcome, of_any_rows), study.store.outcome(study.spec.name))
    return outcome


def can_stand(study: Study, outcome: Outcome) -> bool:
    """Whether the same question has the same answer.

    Not where a run failed, which is tried again; where the ledger refused, since what renews it is no part of the
    study; where models in use are asked, which others may move.
    """
    return not (outcome.failures or isinstance(outcome.budget, Refused) or study.spec.incumbents)


def look_up(study: Study, on_drift: bool = False) -> Outcome | None:
    """As `known_outcome`, of the rows as they are now, which are read only if the study was made before.

    Raises:
        DataError: they cannot be read.
        SpecError: the spec does not fit them.
        RegistryUnreachableError: the registry cannot be reached.
    """
    if not study.store.outcome(study.spec.name).is_dir():
        return None
    return known_outcome(*read_rows(study), on_drift)


def known_outcome(study: Study, frame: Frame, on_drift: bool = False) -> Outcome | None:
    """What this study came to when it was last made, if nothing has changed since and all that it left is there.

    Args:
        on_drift: whether rows that are new, but like those that the champion was trained on, count as no change.

    Raises:
        RegistryUnreachableError: the registry cannot be reached.
    """
    last = read_last(study.store.outcome(study.spec.name))
    if last is None or not last.outcome.report.is_dir():
        return None
    aliases = registry.read_aliases(study.registry, study.spec.name)
    if last.question != question_of(study, frame.digest, aliases):
        others_stand = on_drift and last.of_any_rows == question_of(study, ANY_ROWS, aliases)
        if not (others_stand and import_module("flows.on_drift").is_like_the_champion(study, frame)):
            return None
    left = last.outcome
    stands = registry.note_unchanged(study.registry, left.run_id, study.spec.name, left.version, _now())
    return last.told_again(aliases.get("champion")) if stands else None


def question_of(study: Study, rows: str, aliases: Mapping[str, str]) -> str:
    """The digest of what an outcome follows from: rows, spec, code, and who is champion where, and who signs.

    Args:
        rows: their digest, or `ANY_ROWS` for all the rest.
    """
    settings = read_settings()
    keys = (settings.signing_key, settings.trusted_key)
    where = (study.registry.shown, dict(aliases))
    return digest_of(rows, study.spec.digest, study.promotes, where, keys, source_digest(*CODE))


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
