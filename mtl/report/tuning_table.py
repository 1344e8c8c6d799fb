"""How settings were chosen, as sentences and as Markdown: how many were tried, of how many a choice is the best."""

from collections import Counter
from collections.abc import Iterator, Sequence

from mtl.ranges import Settings
from mtl.report.tables import markdown_table, number
from mtl.training.network_settings import TRUNK
from mtl.tuning.tuned import Choice, Stopped, Tuning

HEADINGS = ("model", "trials", "pruned", "failed", "chosen", "score of the spec", "score", "settings")


STOPPED_HEADINGS = ("stopped approach", "epochs", "place", "loss / prior loss")


def tuning_sentences(tuning: Tuning) -> Iterator[str]:
    """Which approaches were stopped, how many settings of what were tried, and among how many models one was chosen."""
    if tuning.stopped:
        yield _halved(tuning.stopped)
    by_trials: dict[int, list[Choice]] = {}
    for choice in tuning.choices:
        by_trials.setdefault(choice.trials, []).append(choice)
    counts = [f"{_trials(trials)} for {_models(by_trials[trials])}" for trials in sorted(by_trials, reverse=True)]
    if counts:
        own = " (what chooses its options itself on validation has one trial)" if 1 in list(by_trials)[1:] else ""
        timed = ", as many rounds as the time had room for" if tuning.timed else ""
        yield f"Tuned on validation: {'; '.join(counts)}{own}{timed}.{_stopped(tuning.choices)}"
        yield _chosen_from(tuning)


def tuning_markdown(tuning: Tuning) -> str:
    """Of each approach that was stopped where that was, and of each other model what was tried and chosen."""
    rows = [
        (
            choice.subject,
            str(choice.trials),
            str(choice.pruned),
            str(choice.failed),
            f"trial {choice.chosen}",
            number(choice.own_score),
            number(choice.score),
            settings_told(choice.settings),
        )
        for choice in tuning.choices
    ]
    stopped = [
        (each.approach, str(each.epochs), f"{each.place} of {each.among}", number(each.standing))
        for each in tuning.stopped
    ]
    tables = ((HEADINGS, rows), (STOPPED_HEADINGS, stopped))
    told = [markdown_table(headings, lines) for headings, lines in tables if lines]
    return "\n\n".join((" ".join(tuning_sentences(tuning)), *told))


def settings_told(settings: Settings) -> str:
    """Settings as a person would write them down."""
    told = (f"{name} {'× ' if name == TRUNK else ''}{value:.4g}" for name, value in settings.items())
    return ", ".join(told) or "the spec's own"


def _chosen_from(tuning: Tuning) -> str:
    """A study that judges a registered model chooses no candidate."""
    opponents = ", ".join(f"of {task} the best of {count}" for task, count in tuning.opponent_from.items())
    if not tuning.candidate_from:
        return f"On validation the opponent is {opponents} trained models."
    return (
        f"The candidate is the best of {tuning.candidate_from} trained models on validation; the opponent {opponents}."
    )


def _halved(stopped: Sequence[Stopped]) -> str:
    """By rung how many were stopped; what was left is what the last one compared less those."""
    rungs = Counter((each.epochs, each.among) for each in stopped)
    first, last = max(among for _, among in rungs), min(among - count for (_, among), count in rungs.items())
    told = ", ".join(f"{count} of {among} after {epochs} epochs" for (epochs, among), count in rungs.items())
    left = "1 was trained to its end" if last == 1 else f"{last} were trained to their end"
    return f"Of {first} approaches {left}; on validation the others were behind: {told}."


def _stopped(choices: Sequence[Choice]) -> str:
    pruned, failed = sum(choice.pruned for choice in choices), sum(choice.failed for choice in choices)
    if not pruned and not failed:
        return ""
    return f" In all {_trials(sum(choice.trials for choice in choices))}, {pruned} pruned, {failed} failed."


def _trials(count: int) -> str:
    return "1 trial" if count == 1 else f"{count} trials"


def _models(choices: Sequence[Choice]) -> str:
    approaches = sum(not choice.task for choice in choices)
    alone = len(choices) - approaches
    named = ((approaches, "approach", "approaches"), (alone, "single-task model", "single-task models"))
    return " and ".join(f"each of {n} {many}" if n > 1 else f"1 {one}" for n, one, many in named if n)
