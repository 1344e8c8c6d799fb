"""The trials of a study: of one model one after another, of different models side by side, each a Prefect step."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from functools import partial
from queue import SimpleQueue
from typing import TypeAlias

from prefect.futures import PrefectFuture

from flows import steps
from flows.open_study import Study
from flows.progress import stage
from mtl.baselines.study_runs import plan_study
from mtl.data.frame import Frame
from mtl.data.prepared import Prepared
from mtl.training.results import RunResult
from mtl.tuning.search import Search, Trial
from mtl.tuning.tuned import Choice, TrialRun, Tuned, Tuning, plans_with
from mtl.tuning.waves import Chosen, waves

Ended: TypeAlias = tuple[Search, Trial, PrefectFuture[RunResult]]


def tune(study: Study, frame: Frame, prepared: Prepared, tracked: str, executor: Executor) -> Tuned:
    """The runs of a study, each with the settings that were best on validation among as many trials of each model."""
    spec = study.spec
    plans = plan_study(spec, study.approaches, prepared, frame, study.store.runs)
    if not spec.tuning.trials:
        return Tuned(plans)
    runs: list[TrialRun] = []
    choices: list[Choice] = []
    chosen: Chosen = {}
    for searches in waves(spec, plans, chosen):
        with stage("Tune", sum(search.trials for search in searches.values())) as tuning:
            for run in make_trials(searches.values(), executor):
                runs.append(run)
                tuning.advance(str(run.trial))
        choices += [Choice.of(search, name) for name, search in searches.items()]
        chosen |= {choice.subject: choice.settings for choice in choices}
    steps.log_trials(study, tracked, [run for run in runs if run.result])
    told = plans_with(plans, chosen)
    return Tuned(told, tuple(runs), Tuning.of(choices, told, spec.gated_tasks))


def make_trials(searches: Iterable[Search], executor: Executor) -> Iterator[TrialRun]:
    """The trials of some searches as they end; those that an earlier study left are known at once."""
    ready, running = deque(searches), 0
    ended: SimpleQueue[Ended] = SimpleQueue()
    while ready or running:
        if ready:
            search = ready.popleft()
            trial = search.ask()
            if trial is None:
                continue
            if known := trial.result:
                yield TrialRun(search.end(trial, known), known, reused=True)
                ready.appendleft(search)
            else:
                future = steps.fit_trial.submit(trial, executor, return_state=False)
                future.add_done_callback(partial(_note, ended, search, trial))
                running += 1
        else:
            search, trial, future = ended.get()
            running -= 1
            answer: object = future.result(raise_on_failure=False)
            left = answer if isinstance(answer, RunResult) else None
            yield TrialRun(search.end(trial, left), left, reused=False)
            ready.append(search)


def _note(ended: "SimpleQueue[Ended]", search: Search, trial: Trial, future: PrefectFuture[RunResult]) -> None:
    ended.put((search, trial, future))
