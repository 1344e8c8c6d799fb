"""The candidate against the models in use, on rows that they were not trained on."""

from mtl.evaluation.incumbent_comparison import IncumbentAnswer, IncumbentUnknown, Pairing, compare_incumbent
from mtl.evaluation.paired_difference import Bootstrap, paired_difference
from mtl.study.measured import Measured


def against_incumbents(
    measured: Measured, bootstrap: Bootstrap, pairing: Pairing = paired_difference
) -> dict[str, IncumbentAnswer]:
    """By task that has one; `pairing`: how two models are compared on some rows."""
    return {task: _against(measured, task, bootstrap, pairing) for task in measured.incumbents}


def _against(measured: Measured, task: str, bootstrap: Bootstrap, pairing: Pairing) -> IncumbentAnswer:
    incumbent = measured.incumbents[task]
    if isinstance(incumbent, IncumbentUnknown):
        return incumbent
    ours = measured.predictions.get(measured.candidate, {})
    if task not in ours:
        return IncumbentUnknown(incumbent.version, "the candidate predicts nothing to compare it with")
    try:
        return compare_incumbent(measured.truths[task], ours[task], incumbent, bootstrap, pairing)
    except ValueError as error:
        return IncumbentUnknown(incumbent.version, str(error))
