"""What happened, in a sentence."""

from typing import assert_never

from mtl.registry import Verified
from mtl.report.outcome import ALREADY_CHAMPION
from mtl.study.alias_move import AliasMove
from mtl.study.deciding import Repeated


def move_sentence(move: AliasMove) -> str:
    """What happened to the alias `champion`."""
    version, before = move.version, move.before
    match move.what:
        case "not registered":
            return f"No version was registered; the champion stays as it was: {before}."
        case "rejected":
            return f"Registered as {version}; the champion stays as it was: {before}."
        case "waiting":
            by_hand = f"mtl promote {version.name}" if version else "mtl promote"
            return f"Registered as {version}, to be promoted with `{by_hand}`; champion: {before}."
        case "champion already":
            return ALREADY_CHAMPION.format(version=version)
        case "promoted":
            return f"The new champion is {version}, after {before}."
        case "judged":
            judged = f"{version} was judged as it is" if version else "It was judged as it is"
            return f"{judged}, and nothing was promoted; champion: {before}."
        case _ as never:
            assert_never(never)


def repetition(repeated: Repeated) -> str:
    """Whether a decision that was made again is the same, and what differs."""
    if repeated.same:
        return f"The same decision from the evidence: {repeated.stored.sentence}"
    return "\n  • ".join(("Another decision from the evidence than the one that is stored:", *repeated.differences))


def verification(found: Verified) -> str:
    """Whether a version is what was decided on, and who vouches for that."""
    if found.problems:
        return "\n  • ".join((f"{found.model} is not what was decided on:", *found.problems))
    assert found.record is not None
    decided = "to promote" if found.record.promote else "to reject"
    said = f"{found.model} is, in every file, what was decided on ({decided}, {found.record.at.partition('.')[0]})"
    by = f"asked for by {found.record.asked_by}, study {found.record.origin.study}"
    if found.signed:
        return f"{said}, {by}; signed with the trusted key."
    return f"{said}, {by}; no signature was looked at, since MTL_TRUSTED_KEY names no key."
