"""`mtl backtest`, as a table of contents: what scheduled retrains would have promoted, and how that did afterwards."""

import json
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from flows import replaying
from flows.open_study import Study, open_study
from flows.room_left import while_there_is_room
from flows.run_places import run_executor
from flows.settings import read_settings
from mtl.backtest.replayed import Backtest, Replayed
from mtl.backtest.standing import Standing
from mtl.backtest.ticks import Schedule, Tick, days_held, split_by_time, ticks_of
from mtl.data.frame import Frame
from mtl.disk_space import require_space, space_at_least
from mtl.report.backtest_report import PAGE, write_backtest
from mtl.report.outcome import Effort
from mtl.training.precision import precision_of


@dataclass(frozen=True)
class BacktestOutcome:
    """What was found, what it cost, and the report's folder."""

    found: Backtest
    effort: Effort
    report: Path

    def to_plain(self, wall_seconds: float) -> dict[str, Any]:
        """For machines, with what it took; NaN and infinities are strings."""
        plain: dict[str, Any] = json.loads(self.found.to_json())
        return {**plain, "effort": asdict(self.effort), "wall_seconds": wall_seconds}

    def told(self, wall_seconds: float) -> str:
        """What it cost and where the report is, in one line."""
        spent = f"{self.effort.training_seconds:.1f} s of training on {self.effort.workers} processes"
        counted = f"{self.effort.trained} runs trained, {self.effort.reused} reused"
        return f"{counted}; {wall_seconds:.1f} s in all for {spent}; report: {self.report / PAGE}"


def backtest(spec: str, schedule: Schedule) -> BacktestOutcome:
    """Read → check → at each tick: prepare → fit → choose → confirm → test → compare → decide → follow; → report.

    No registry, no MLflow and no Prefect: a champion is a bundle on disk, the ledger of test rows a list. Runs are kept
    by digest, so that a second backtest trains nothing.

    Args:
        spec: path of a spec that is split by time, or the name of a shipped example.
        schedule: when it retrains.

    Raises:
        UserError: a spec or a schedule that cannot be replayed.
        MtlError: a retrain failed.
    """
    study = open_study(spec, read_settings())
    split = split_by_time(study.spec)
    study.require_sound()
    precision_of(study.spec.training.device)
    require_space(space_at_least(study.store.root))
    with while_there_is_room(study.store.root), run_executor(read_settings()) as executor:
        study, frame = replaying.read(study)
        ticks = ticks_of(split, schedule, days_held(study.spec, frame.table))
        replaying.check(study, frame)
        replayed, effort = [], Effort(0, 0, 0.0, study.workers)
        standing = Standing()
        for tick in ticks:
            with replaying.telling_the_tick(tick):
                standing, found, spent = replay(study, frame, tick, standing, executor)
            replayed.append(found)
            effort = effort.plus(spent)
    told = Backtest.of(study.spec, replayed)
    report = write_backtest(told, study.store.report(f"{study.spec.name}-backtest"))
    return BacktestOutcome(told, effort, report)


def replay(
    study: Study, frame: Frame, tick: Tick, standing: Standing, executor: Executor
) -> tuple[Standing, Replayed, Effort]:
    """One scheduled retrain, and how what it leaves does on the window after."""
    retrain = replaying.prepare_known(study, frame, tick)
    trained = replaying.choose_and_confirm(retrain, executor)
    opened, looked = replaying.look(retrain, trained, standing)
    decided, version = replaying.decide(retrain, trained, opened, looked)
    left = replaying.stand_after(retrain, standing, opened, looked, (decided, version))
    following = replaying.follow(retrain, frame, trained, left)
    return left, replaying.told(retrain, trained, looked, decided, left, following), trained.effort
