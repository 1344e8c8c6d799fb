"""What the probes showed of each task, from what they left on disk."""

from collections.abc import Mapping, Sequence

from mtl.data.prepared import Prepared
from mtl.explanation.gains import gain, losses_of, losses_on
from mtl.explanation.named_cause import Shown
from mtl.explanation.probes import ALONE, AS_IT_IS, Key, Probe
from mtl.tasks.task import Task
from mtl.training.predict_plan import predict_plan
from mtl.training.results import RunResult


def shown_of(
    prepared: Prepared,
    task: str,
    probes: Sequence[Probe],
    results: Mapping[Key, Sequence[RunResult]],
    chosen: RunResult | None = None,
) -> Shown:
    """What the probes showed of a task.

    Args:
        prepared: whose validation side judges.
        task: to be explained.
        probes: all, those of training it alone among them.
        results: of every probe by its key, a result for each of its plans.
        chosen: the run that was chosen on validation, if its luck is to be looked at.
    """
    about = next(each for each in prepared.tasks if each.name == task)
    losses = {what: losses_of(prepared, about, left) for (what, of), left in results.items() if of in ("", task)}
    before, alone = losses[AS_IT_IS], losses[ALONE]
    gains = {what: gain(before, after) for what, after in losses.items() if what != AS_IT_IS}
    [as_it_is] = (probe for probe in probes if probe.what == AS_IT_IS)
    unseen = 1 - _on_training(prepared, about, as_it_is, results[as_it_is.key]) / before.mean
    if chosen is None:
        return Shown(task, gains, unseen=unseen)
    ahead = gain(alone, losses_of(prepared, about, [chosen]))
    return Shown(task, gains, ahead, gain(alone, before), unseen)


def _on_training(prepared: Prepared, task: Task, probe: Probe, results: Sequence[RunResult]) -> float:
    """The mean loss on training rows of the weights that were kept."""
    side = prepared.side("train")
    predictions = [
        predict_plan(plan, result, side)[task.name] for plan, result in zip(probe.plans, results, strict=True)
    ]
    return losses_on(prepared, "train", task, predictions).mean
