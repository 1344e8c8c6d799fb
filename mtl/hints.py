"""What a user may have meant."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches


def did_you_mean(wrong: object, known: Iterable[str]) -> str:
    """`did you mean 'equal'? ` where a known name is close to a wrong one; empty where none is.

    >>> did_you_mean("eqaul", ["equal", "fixed"])
    "did you mean 'equal'? "
    """
    close = get_close_matches(str(wrong), list(known), n=1)
    return f"did you mean '{close[0]}'? " if close else ""


def expected_one_of(allowed: Sequence[str], got: object) -> str:
    """What is allowed in place of a wrong value, the closest first.

    >>> expected_one_of(["l2", "trace_norm"], "trace")
    "expected one of l2, trace_norm; did you mean 'trace_norm'? got 'trace'"
    """
    return f"expected one of {', '.join(allowed)}; {did_you_mean(got, allowed)}got {got!r}"
