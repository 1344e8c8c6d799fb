"""One cell of the benchmark: a table, a split of its rows, a contender; what it found, as one line of a file."""

import json
import os
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from threadpoolctl import threadpool_limits

from mtl.data.prepared import prepare
from mtl.data.read_table import read_source
from mtl.evaluation.metric import metric_named
from mtl.provenance import digest_of, source_digest
from mtl.spec import Spec, parse_spec
from mtl.study.choices import observed_predictions, truths_of
from tests.quality.contenders import Answer, Problem, contenders
from tests.quality.tables import tables


@dataclass(frozen=True)
class Cell:
    """What is to be found out.

    Attributes:
        split: which of the assignments of rows to sides, and the seed of what is drawn.
        settings: as `section.key`, in place of a spec's defaults.
    """

    table: str
    split: int
    contender: str
    settings: tuple[tuple[str, Any], ...]

    @property
    def key(self) -> str:
        """The digest of the cell, of the code that its answer follows from, and of the benchmark's own."""
        contender = contenders()[self.contender]
        settings = {**dict(self.settings), **contender.settings} if contender.reads_settings else {}
        code = source_digest(*contender.code, "tests.quality")
        return digest_of(self.table, self.split, self.contender, settings, code)[:32]


@dataclass(frozen=True)
class Found:
    """What a cell found.

    Attributes:
        values: of each gated task's default metric on the rows that are held out; all are 1 at best.
        at_cap: runs whose training ended at the last epoch that was allowed.
        at_first: runs that kept the first epoch.
        failed: runs that diverged.
        runs: networks that were trained.
        seconds: of training.
    """

    key: str
    table: str
    split: int
    contender: str
    values: Mapping[str, float]
    at_cap: int
    at_first: int
    failed: int
    runs: int
    seconds: float

    @property
    def mean(self) -> float:
        """Over the tasks."""
        return float(np.mean(list(self.values.values())))


def measure(cell: Cell, home: Path) -> Found:
    """Fit and judge, in one thread."""
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of solvers and of rare classes, which are no news here
        problem = _problem(cell, home)
        answer = contenders()[cell.contender].answer(problem)
    trained, cap = answer.trained, problem.spec.training.epochs
    return Found(
        cell.key,
        cell.table,
        cell.split,
        cell.contender,
        _values(problem, answer),
        at_cap=sum(run.epochs == cap for run in trained),
        at_first=sum(run.best_epoch == 0 for run in trained),
        failed=sum(run.status == "failed" for run in trained),
        runs=len(trained),
        seconds=answer.seconds,
    )


def _values(problem: Problem, answer: Answer) -> dict[str, float]:
    side = problem.prepared.side("test")
    truths = truths_of(problem.prepared, side)
    observed = observed_predictions(problem.prepared, side, answer.predictions)
    return {
        task: metric_named(truth.metric).score(truth.labels, truth.aligned(observed[task]))
        for task, truth in truths.items()
    }


def _problem(cell: Cell, home: Path) -> Problem:
    described = tables()[cell.table].describe()
    file = home / "tables" / f"{cell.table}-{os.getpid()}.parquet"
    file.parent.mkdir(parents=True, exist_ok=True)
    described.rows.to_parquet(file)
    spec = _spec(cell, described.spec, file)
    frame = read_source(spec, home, home / "frames")
    file.unlink()
    return Problem(spec, frame, prepare(spec, frame, home / "prepared"), home / "runs")


def _spec(cell: Cell, said: Mapping[str, Any], file: Path) -> Spec:
    """The table's spec with this cell's split and settings; what neither says is the default."""
    group = said.get("group")
    sides = {"by": "group", "column": group} if group else {"by": "hash"}
    whole: dict[str, Any] = {
        "name": cell.table.replace(".", "_"),
        "data": {"path": str(file), "key": said["key"]},
        "features": said["features"],
        "tasks": said["tasks"],
        "split": {**sides, "salt": f"quality {cell.split}"},
        "schemes": ["equal"],
        "seeds": [cell.split],
    }
    for name, value in {**dict(cell.settings), **contenders()[cell.contender].settings}.items():
        section, _, key = name.partition(".")
        whole.setdefault(section, {})[key] = value
    return parse_spec(yaml.safe_dump(whole))


def known(file: Path) -> Iterator[Found]:
    """What earlier runs of the benchmark found; a line that was cut off is skipped."""
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        try:
            yield Found(**json.loads(line))
        except (ValueError, TypeError):
            continue


def append(file: Path, found: Found) -> None:
    """Add a line."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(asdict(found)) + "\n")
