"""The trials of a study: of one model one after another, of different models side by side, each a Prefect step."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from queue import SimpleQueue
from typing import TypeAlias

from prefect.futures import PrefectFuture

from flows import fit_steps
from flows.allowance import Allowance
from flows.open_study import Study
from flows.progress import stage
from mtl import registry
from mtl.baselines.study_runs import AnyPlan
from mtl.disk_space import full_disk
from mtl.study import tracking_records
from mtl.training.results import RunResult
from mtl.tuning.chosen_plans import plans_with
from mtl.tuning.pace import Ahead, in_rounds
from mtl.tuning.search import Search, Trial
from mtl.tuning.tuned import Choice, Halved, TrialRun, Tuned, Tuning
from mtl.tuning.waves import Chosen, waves

Make: TypeAlias = Callable[[Iterable[Search], Executor], Iterator[TrialRun]]
Ended: TypeAlias = tuple[Search, Trial, PrefectFuture[RunResult]]


def tune(
    study: Study,
    halved: Halved,
    tracked: str,
    executor: Executor,
    allowance: Allowance | None = None,
) -> Tuned:
    """The runs of a study, each with the settings that were best on validation among as many trials of each model.

    With an `allowance` those are as many as it has room for. What starts from tuned runs gets as many afterwards.
    """
    spec, plans = study.spec, halved.plans
    if not spec.tuning.trials:
        return halved.untuned
    runs: list[TrialRun] = []
    choices: list[Choice] = []
    chosen: Chosen = {}
    make: Make = partial(_paced, study, plans, allowance) if allowance else make_trials
    for searches in waves(spec, plans, chosen):
        total = None if allowance else sum(search.trials for search in searches.values())
        with stage("Tune", total) as tuning, registry.logging_trainings(study.registry, tracked) as log:
            for run in make(searches.values(), executor):
                runs.append(run)
                if run.result:
                    log.add(tracking_records.trial_record(run))
                tuning.advance(str(run.trial))
        make = partial(make_trials, upto=max((len(search.ended) for search in searches.values()), default=0))
        choices += [Choice.of(search, name) for name, search in searches.items()]
        chosen |= {choice.subject: choice.settings for choice in choices}
    told = plans_with(plans, chosen)
    chosen_from = Tuning.of(choices, told, spec.gated_tasks)
    told_how = replace(chosen_from, timed=allowance is not None, stopped=halved.stopped)
    return Tuned(told, tuple(runs), told_how, halved.ends)


def _paced(
    study: Study, plans: Sequence[AnyPlan], allowance: Allowance, searches: Iterable[Search], executor: Executor
) -> Iterator[TrialRun]:
    """In rounds. All that is left to do but training is taken to last as long again as what went before."""
    ahead = Ahead.of(plans, study.spec.seeds[0], study.workers, allowance.spent)
    return in_rounds(partial(make_trials, searches, executor), ahead, lambda: allowance.left)


def make_trials(searches: Iterable[Search], executor: Executor, upto: int | None = None) -> Iterator[TrialRun]:
    """The trials of some searches as they end, till each has `upto`; what an earlier study left is known at once."""
    ready, running = deque(searches), 0
    ended: SimpleQueue[Ended] = SimpleQueue()
    while ready or running:
        if ready:
            search = ready.popleft()
            trial = search.ask(upto)
            if trial is None:
                continue
            if known := trial.result:
                yield TrialRun(search.end(trial, known), known, reused=True)
                ready.appendleft(search)
            else:
                future = fit_steps.fit_trial.submit(trial, executor, return_state=False)
                future.add_done_callback(partial(_note, ended, search, trial))
                running += 1
        else:
            search, trial, future = ended.get()
            running -= 1
            answer: object = future.result(raise_on_failure=False)
            if full := full_disk(answer):
                raise full
            left = answer if isinstance(answer, RunResult) else None
            yield TrialRun(search.end(trial, left), left, reused=False)
            ready.append(search)


def _note(ended: "SimpleQueue[Ended]", search: Search, trial: Trial, future: PrefectFuture[RunResult]) -> None:
    ended.put((search, trial, future))
