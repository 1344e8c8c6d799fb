"""What a spec says when it says little, and how its parts are written."""

import json
import subprocess
import sys
from datetime import date

import pytest
from pydantic import ValidationError

from mtl.extensions import KINDS, LOSSES, METRICS
from mtl.spec import Spec, TimeSplit
from mtl.spec.tasks_section import TaskSpec
from tests.mtl.spec.texts import spec


@pytest.mark.parametrize("kind", KINDS.names)
def test_a_kind_says_which_metric_and_loss_are_meant_without_a_word(kind: str) -> None:
    task, expected = TaskSpec(kind=kind), KINDS.get(kind)
    assert (task.headline, task.loss_name) == (expected.default_metric, expected.default_loss)
    assert spec().tasks["cost"].headline == "rmse"


def test_every_metric_and_loss_is_accepted_for_the_kinds_that_it_is_for() -> None:
    for name, metric in METRICS.items():
        assert [TaskSpec(kind=kind, metric=name).headline for kind in metric.kinds] == [name] * len(metric.kinds)
    for name, loss in LOSSES.items():
        assert [TaskSpec(kind=kind, loss=name).loss_name for kind in loss.kinds] == [name] * len(loss.kinds)


def test_a_spec_that_names_no_loss_is_read_without_pytorch() -> None:
    program = "import sys; from tests.mtl.spec.texts import spec; spec(); assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_scheme_is_a_name_or_a_name_with_options_in_either_form() -> None:
    written = spec(schemes="schemes: [equal, {name: cagrad, c: 0.4}, {name: gradnorm, options: {alpha: 1}}]")
    assert [(scheme.name, dict(scheme.options)) for scheme in written.schemes] == [
        ("equal", {}),
        ("cagrad", {"c": 0.4}),
        ("gradnorm", {"alpha": 1}),
    ]


def test_the_label_of_an_entry_shows_the_options_that_are_not_the_default() -> None:
    written = spec(
        "sharing: [{name: mmoe, experts: 4}, {name: ple, own_experts: 2, shared_experts: 3}, hard]\n",
        schemes="schemes: [equal, {name: cagrad, c: 0.5}, {name: gradnorm, options: {alpha: 1}}]",
    )
    assert [scheme.label for scheme in written.schemes] == ["equal", "cagrad", "gradnorm(alpha=1)"]
    assert [way.label for way in written.sharing] == ["mmoe", "ple(own_experts=2, shared_experts=3)", "hard"]


@pytest.mark.parametrize(("number", "value"), [("2e-3", 2e-3), ("1.5e1", 15.0), ("3E2", 300.0), ("0.25", 0.25)])
def test_an_option_may_be_written_as_yaml_1_1_does_not_know_numbers(number: str, value: float) -> None:
    written = spec(schemes=f"schemes: [{{name: famo, learning_rate: {number}}}]")
    assert written.schemes[0].options == {"learning_rate": value}


def test_a_label_is_the_column_of_its_task_unless_another_is_named() -> None:
    named = spec(ill="ill: {kind: binary, label: diagnosis}")
    assert [named.label(task) for task in named.tasks] == ["diagnosis", "cost"]


def test_the_columns_are_all_that_the_study_reads_each_once() -> None:
    written = spec(
        "split: {by: group, column: ward}\nevaluation: {unit: ward}\nchecks: {columns: {age: {min: 0}, sex: {}}}\n"
    )
    assert written.columns == ("id", "ward", "age", "weight", "city", "note", "ill", "cost", "sex")


def test_units_are_what_evaluation_names_else_the_groups_or_the_days_else_rows() -> None:
    assert spec().unit_column is None
    assert spec("split: {by: group, column: ward}\n").unit_column == "ward"
    assert spec("split: {by: group, column: ward}\nevaluation: {unit: day}\n").unit_column == "day"
    assert spec("split: {by: time, column: day}\n").unit_column == "day"
    assert spec("split: {by: time, column: day}\nevaluation: {unit: ward}\n").unit_column == "ward"


def test_numbers_may_be_written_as_yaml_1_1_does_not_know_them() -> None:
    assert spec("training: {learning_rate: 2e-3, l2: 1E-2}\n").training.learning_rate == 2e-3


@pytest.mark.parametrize("day", ["2013-05-01", "'2013-05-01'"])
def test_a_day_may_be_quoted_or_not(day: str) -> None:
    split = spec(f"split: {{by: time, column: day, as_of: {day}}}\n").split
    assert isinstance(split, TimeSplit)
    assert split.as_of == date(2013, 5, 1)


def test_values_of_a_check_keep_their_types() -> None:
    values = spec("checks: {columns: {age: {values: [1, 1.5, 'yes', yes]}}}\n").checks.columns["age"].values
    assert repr(values) == "(1, 1.5, 'yes', True)"


def test_nothing_of_a_spec_can_be_changed() -> None:
    written = spec()
    with pytest.raises(ValidationError, match="frozen"):
        written.name = "other"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="frozen"):
        written.tasks["ill"].kind = "regression"  # type: ignore[misc]


def test_a_spec_is_the_same_after_a_round_trip_through_json() -> None:
    written = spec("split: {by: time, column: day, as_of: 2013-05-01}\n")
    again = Spec.model_validate(json.loads(written.model_dump_json()))
    assert again.model_dump() == written.model_dump()
    assert again.digest == written.digest


def test_the_digest_changes_with_what_the_spec_says_and_not_with_how() -> None:
    plain = spec()
    assert spec(name='name:   "demo"   # a comment').digest == plain.digest
    assert spec("seeds: [0, 1, 2]\n").digest == plain.digest
    others = [spec("seeds: [0, 1]\n"), spec(metric="metric: r2"), spec("gate: {margin: 0.01}\n")]
    assert len({plain.digest, *(other.digest for other in others)}) == 4
