"""What whoever reads a verdict can change, by its key in the spec: the way on from an answer that is not yes."""

import numpy as np

from mtl.evaluation.comparison import TaskComparison
from mtl.promotion.decision import TaskVerdict
from mtl.spec import Spec

MANY = 100.0
"""So many times the labels, and more, are all the same to whoever would have to collect them."""

NOT_CONVERGED = "not converged"
MORE_ROWS = "More rows, or a larger `split: {test}`."


def is_short(spec: Spec, verdict: TaskVerdict, found: TaskComparison | None) -> bool:
    """Whether a task that is not better lacks evidence, rather than merit."""
    if verdict.verdict in ("better", "no worse"):
        return False
    if found is None or not np.isfinite(found.difference.difference):
        return True
    return found.difference.labels < spec.gate.min_labels or _lacks_rare_labels(spec, found)


def hint_of(spec: Spec, verdict: TaskVerdict, found: TaskComparison | None) -> str:
    """A sentence for a task that is not better; empty for one that is, or whose reason says itself what to change."""
    if verdict.verdict in ("better", "no worse") or verdict.reason.startswith(NOT_CONVERGED):
        return ""
    if found is None or not np.isfinite(found.difference.difference):
        return "Nothing could be compared: give the task more labels, or leave it out of `tasks:`."
    if found.difference.labels < spec.gate.min_labels:
        asked, there = spec.gate.min_labels, found.difference.labels
        return f"`gate: {{min_labels}}` asks for {asked:,} test labels; there are {there:,}. {MORE_ROWS}"
    if _lacks_rare_labels(spec, found):
        asked, there = spec.gate.min_rare_labels, found.rare_labels
        return (
            f"`gate: {{min_rare_labels}}` asks for {asked:,} test labels outside the most frequent class; there are"
            f" {there:,}. {MORE_ROWS}"
        )
    if verdict.verdict == "worse":
        return "Another of the `schemes:` or another `sharing:` may serve it better; else it keeps a model of its own."
    return _of_undecided(spec, found)


def _lacks_rare_labels(spec: Spec, found: TaskComparison) -> bool:
    return found.rare_labels < spec.gate.min_rare_labels


def _of_undecided(spec: Spec, found: TaskComparison) -> str:
    gain, lower = found.difference.difference, found.difference.lower
    if gain <= spec.gate.margin:
        return (
            "No gain to be seen on these rows. If one model in place of many is gain enough, `gate: {rule: replace}`"
            " asks for less."
        )
    half = gain - lower
    more = ((half / gain) ** 2) if np.isfinite(half) and half > gain else 1.0
    if more >= MANY:
        return "The gain is too small for any number of labels that could be had."
    times = f"About {more:.0f} times as many test labels" if more >= 2 else "Somewhat more test labels"
    return f"{times}, or more seeds (`gate: {{confirmation}}`), could show such a gain: `mtl gate-test` says how many."
