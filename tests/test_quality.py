"""The benchmark of quality: what it asks when, which settings it chooses, and how answers are summed up."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mtl.storage import read_json
from mtl.training.results import RunResult
from tests.quality import contenders as contenders_module
from tests.quality.cells import Cell, Found
from tests.quality.choices import Choice, kept_choice
from tests.quality.contenders import contenders
from tests.quality.found_lines import append, known
from tests.quality.promotions import NEEDED, Judged, Judgement
from tests.quality.questions import questions
from tests.quality.summary import summarise
from tests.quality.tables import tables

TWO_TRIALS = 2


def found(table: str, contender: str, values: Mapping[str, float], split: int = 0) -> Found:
    return Found(f"{table} {split} {contender}", table, split, contender, values, 0, 0, 0, 1, 2.0)


def judged(table: str, *verdicts: str) -> Judged:
    by_task = {f"task {k}": verdict for k, verdict in enumerate(verdicts)}
    return Judged(table, table, 0, by_task, by_task)


def section(report: str, title: str) -> list[list[str]]:
    """The words of each line of the part of the report that begins so."""
    part = next(part for part in report.split("\n\n") if part.startswith(title))
    return [line.split() for line in part.splitlines()[1:]]


def test_defaults_of_all_tables_come_first_then_what_is_tuned_then_other_splits() -> None:
    names = [*NEEDED, "trees, tuned"]
    asked = list(questions(["wine", "digits"], names, 2, ()))
    kinds = [(each.split, each.contender if isinstance(each, Cell) else "judged") for each in asked]
    assert kinds[:10] == [*[(0, name) for name in NEEDED] * 2, *[(0, "trees, tuned")] * 2]
    assert kinds[10:12] == [(0, "judged")] * 2
    assert kinds[12:] == [*[(1, name) for name in names] * 2, *[(1, "judged")] * 2]


def test_nothing_is_judged_without_all_that_is_compared() -> None:
    asked = questions(["wine"], ["linear", "trees"], 1, ())
    assert not [each for each in asked if isinstance(each, Judgement)]


def test_settings_that_change_nothing_change_no_key_and_trials_do() -> None:
    given = (("training.learning_rate", 0.1),)
    for name, contender in contenders().items():
        assert (Cell("wine", 0, name, ()).key == Cell("wine", 0, name, given).key) != contender.reads_settings
    assert contenders()["trees, tuned"].all_settings(dict(given)) == {"tuning.trials": contenders_module.TRIALS}


def test_a_choice_is_made_once_however_many_need_it(tmp_path: Path) -> None:
    made = []

    def make() -> Choice:
        made.append(1)
        return Choice({"boosted trees target": {"l2": 0.123456789012345678, "max_leaf_nodes": 4}}, 1.5)

    with ThreadPoolExecutor(4) as threads:
        choices = list(threads.map(lambda _: kept_choice(tmp_path / "choices" / "key.json", make), range(8)))
    assert choices == [make()] * 8
    assert len(made) == 2


def test_a_choice_that_failed_is_made_again(tmp_path: Path) -> None:
    def fail() -> Choice:
        raise MemoryError

    with pytest.raises(MemoryError):
        kept_choice(tmp_path / "key.json", fail)
    assert kept_choice(tmp_path / "key.json", lambda: Choice({}, 1.0)) == Choice({}, 1.0)


@pytest.mark.slow
def test_all_splits_have_the_best_trial_of_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contenders_module, "TRIALS", TWO_TRIALS)
    first = Cell("wine", 0, "trees, tuned", ())
    answer = first.answer(tmp_path)
    runs = set((tmp_path / "runs").iterdir())
    assert len(runs) == TWO_TRIALS * len(answer.values)
    (file,) = (tmp_path / "choices").glob("*.json")
    assert answer.seconds == pytest.approx(sum(RunResult.read(run).seconds for run in runs))
    chosen = read_json(file)
    file.unlink()
    assert first.answer(tmp_path) == answer, "killed before the choice was written: the trials are found again"
    assert read_json(file) == chosen
    Cell("wine", 1, "trees, tuned", ()).answer(tmp_path)
    assert len(set((tmp_path / "runs").iterdir()) - runs) == len(answer.values), "no trial on another split"
    assert [file] == list((tmp_path / "choices").glob("*.json"))


@pytest.mark.slow
def test_the_gate_says_why_a_table_of_few_rows_promotes_nothing(tmp_path: Path) -> None:
    judgement = Judgement("wine", 0, (("training.epochs", 1),))
    answer = judgement.answer(tmp_path)
    assert answer.verdict == "undecided"
    assert all("labels, 100 are needed" in reason for reason in answer.reasons.values())
    append(tmp_path / "promotions.jsonl", answer)
    with (tmp_path / "promotions.jsonl").open("a") as lines:
        lines.write('{"key": "cut o')
    assert list(known(tmp_path / "promotions.jsonl", Judged)) == [answer]


def test_one_is_near_the_tuned_trees_up_to_one_percent_of_their_error() -> None:
    values = {"wine": (0.8990, 0.8989), "digits": (0.95, 0.94)}
    report = summarise(
        [
            found(table, contender, {"a": value})
            for table, (near, far) in values.items()
            for contender, value in (("trees, tuned", 0.9), ("single-task, members", near), ("linear", far))
        ],
        [],
        tables(),
    )
    lines = section(report, "On how many of 2 tables")
    assert ["single-task,", "members", "2"] in lines
    assert ["linear", "1"] in lines


def test_promotions_are_counted_by_planted_relatedness_and_need_every_task() -> None:
    answers = [
        judged("mixed_1.00", "better", "better"),
        judged("rare_1.00", "better", "undecided"),
        judged("mixed_0.25", "better", "worse"),
        judged("wine", "undecided", "undecided"),
    ]
    report = summarise([found("wine", "linear", {"a": 0.5})], answers, tables())
    lines = section(report, "What the gate would say")
    assert lines[0][1:] == ["better", "undecided", "worse", "all"]
    assert lines[2:5] == [["0.25", "0", "0", "1", "1"], ["1", "1", "1", "0", "2"], ["unknown", "0", "1", "0", "1"]]


def test_a_split_that_some_have_not_answered_is_not_compared() -> None:
    answers = [
        found("wine", "linear", {"a": 0.5}),
        found("wine", "trees", {"a": 0.7}),
        found("wine", "trees", {"a": 1}, 1),
    ]
    assert ["wine", "0.500", "0.700"] in section(summarise(answers, [], tables()), "Mean value")
    for none_in_common in ([], [*answers[1:2], found("digits", "linear", {"a": 1})]):
        assert summarise(none_in_common, [], tables()).startswith("no split")
