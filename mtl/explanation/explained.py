"""What the probes showed of each task, from what they left on disk."""

from collections.abc import Mapping, Sequence

from mtl.data.prepared import Prepared
from mtl.explanation.gains import gain, losses_of
from mtl.explanation.named_cause import Shown
from mtl.explanation.probes import ALONE, AS_IT_IS, Key
from mtl.training.results import RunResult


def shown_of(
    prepared: Prepared, task: str, results: Mapping[Key, Sequence[RunResult]], chosen: RunResult | None = None
) -> Shown:
    """What the probes showed of a task.

    Args:
        prepared: whose validation side judges.
        task: to be explained.
        results: of every probe by its key, those of training it alone among them, a result per seed.
        chosen: the run that was chosen on validation, if its luck is to be looked at.
    """
    about = next(each for each in prepared.tasks if each.name == task)
    losses = {what: losses_of(prepared, about, left) for (what, of), left in results.items() if of in ("", task)}
    before, alone = losses[AS_IT_IS], losses[ALONE]
    gains = {what: gain(before, after) for what, after in losses.items() if what != AS_IT_IS}
    if chosen is None:
        return Shown(task, gains)
    return Shown(task, gains, gain(alone, losses_of(prepared, about, [chosen])), gain(alone, before))
