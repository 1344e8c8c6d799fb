"""A study that has lost all runs of a kind: what it says of the others is no answer to what was asked."""

from collections.abc import Mapping, Sequence

from mtl.run_names import RunName

TOGETHER = "the multi-task models"


def lost_kind(planned: Sequence[RunName], failures: Mapping[str, str]) -> str:
    """What is to be said of the first kind of which every run failed, and why the first did; empty where none is lost.

    A kind is all multi-task models, or all runs of one baseline.

    Args:
        planned: every run of the study.
        failures: by the names of the runs that did not finish, why.
    """
    kinds: dict[str, list[str]] = {}
    for run in planned:
        kinds.setdefault(TOGETHER if run.approach else f"the baseline {run.baseline}", []).append(str(run))
    for kind, runs in kinds.items():
        if all(run in failures for run in runs):
            return f"every run of {kind} failed; the first, {runs[0]}: {failures[runs[0]]}"
    return ""
