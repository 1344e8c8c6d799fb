"""Each mistake of a spec's author is one line: the place, the key, what is wrong and what is allowed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.errors import SpecError
from mtl.extensions import EXAMPLES, FEATURES, SOURCES, TEXT_ENCODERS
from mtl.spec import Spec, parse_spec
from tests.mtl.evaluation.cases import lightly
from tests.mtl.spec.texts import TEXT, changed, mistakes

TOP = ", ".join(Spec.model_fields)
PLACES, TEXTS = ", ".join(SOURCES.names), ", ".join(TEXT_ENCODERS.names)


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        (changed("sede: [1]\n"), f"15: sede: unknown key; did you mean 'seeds'? allowed: {TOP}"),
        (changed("zzz: 1\n"), f"15: zzz: unknown key; allowed: {TOP}"),
        (
            changed("model: {text_encoder: lst}\n"),
            f"15: model.text_encoder.name: expected one of {TEXTS}; did you mean 'lstm'? got 'lst'",
        ),
        (
            changed("model:\n  numeric_embedding: {name: periodic, sigm: 1}\n"),
            "16: model.numeric_embedding.sigm: unknown key; did you mean 'sigma'?"
            " allowed: name, frequencies, sigma, width",
        ),
        (
            changed(path="pth: rows.csv"),
            f"3: data.pth: unknown key; did you mean 'path'? allowed: {PLACES}, key, missing,"
            " separator, decimal, encoding, dates, in_memory_mb",
        ),
        (
            changed(text="txt: note"),
            f"8: features.txt: unknown key; did you mean 'text'? allowed: {', '.join(FEATURES.names)}",
        ),
        (
            changed(metric="metrc: rmse"),
            "13: tasks.cost.metrc: unknown key; did you mean 'metric'?"
            " allowed: kind, label, metric, loss, auxiliary, balanced, composed_of, pretrained_on",
        ),
        (
            changed(numeric="numeric: {all: numeric, bt: [age]}"),
            "6: features.numeric.bt: unknown key; did you mean 'but'? allowed: all, but",
        ),
        (
            changed(numeric="numeric: [age, {all: numeric, bt: [age]}]"),
            "6: features.numeric.1.bt: unknown key; did you mean 'but'? allowed: all, but",
        ),
        (
            changed("split:\n  by: group\n  column: city\n  slat: x\n"),
            "18: split.slat: unknown key; did you mean 'salt'? allowed: by, validation, test, salt, retired, column",
        ),
        (
            changed("sharing:\n  - hard\n  - {name: mmoe, expert: 8}\n"),
            "17: sharing.1.expert: unknown key; did you mean 'experts'? allowed: name, experts",
        ),
        (
            changed("sharing: [hrad]\n"),
            "15: sharing.0.name: expected one of cross_stitch, hard, mmoe, ple, soft; did you mean 'hard'? got 'hrad'",
        ),
        (changed("sharing: [hard, hard]\n"), "15: sharing: each once; repeated: hard"),
        (
            changed("sharing: [mmoe, {name: mmoe, experts: 4}]\n"),
            "15: sharing: each once; repeated: mmoe",
        ),
        (
            changed(schemes="schemes: [equal, {name: cagrad, d: 0.4}]"),
            "14: schemes.1.d: unknown key; allowed: name, c",
        ),
        (
            changed("split:\n  by: time\n  column: day\n  as_off: 2020-01-01\n"),
            "18: split.as_off: unknown key; did you mean 'as_of'?"
            " allowed: by, column, as_of, test_days, validation_days, train_days, embargo_days",
        ),
        (
            changed("checks:\n  columns:\n    age: {mni: 5}\n"),
            "17: checks.columns.age.mni: unknown key; did you mean 'min'?"
            " allowed: min, max, values, max_null_rate, mostly, severity",
        ),
        (
            changed(schemes="schemes: [equal, {name: cagrad, options: {c: 0.4}, c: 1}]"),
            "14: schemes.1.c: unknown key; allowed: name, options",
        ),
    ],
)
def test_an_unknown_key_is_named_with_its_line_and_the_keys_that_are_allowed_there(text: str, mistake: str) -> None:
    assert mistakes(text) == [f"demo.yaml:{mistake}"]


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        (
            changed(kind="kind: regresion"),
            "12: tasks.cost.kind: expected one of binary, multiclass, regression;"
            " did you mean 'regression'? got 'regresion'",
        ),
        (
            changed(path="example: helth"),
            f"3: data.example: expected one of {', '.join(EXAMPLES.names)}; did you mean 'health'? got 'helth'",
        ),
        (
            changed("split: {by: tme, column: day}\n"),
            "15: split.by: expected one of hash, group, time, column; did you mean 'time'? got 'tme'",
        ),
        (
            changed("training:\n  gradients: all\n"),
            "16: training.gradients: expected one of representation, last_layer, parameters; got 'all'",
        ),
        (
            changed("sharing:\n  - name: soft\n    penalty: trace\n"),
            "17: sharing.0.penalty: expected one of l2, trace_norm; did you mean 'trace_norm'? got 'trace'",
        ),
        (
            changed(metric="metric: auc"),
            "13: tasks.cost.metric: 'auc' is no metric of a regression task; allowed: mae, r2, rmse",
        ),
        (
            changed(metric="metric: rsme"),
            "13: tasks.cost.metric: 'rsme' is no metric of a regression task; did you mean 'rmse'?"
            " allowed: mae, r2, rmse",
        ),
        (
            changed(metric="loss: bce"),
            "13: tasks.cost.loss: 'bce' is no loss of a regression task; allowed: huber, mse",
        ),
        (
            changed(metric="balanced: true"),
            "13: tasks.cost.balanced: a regression task has no classes to balance; allowed for: binary, multiclass",
        ),
    ],
)
def test_a_misspelt_value_is_named_with_the_values_that_are_allowed(text: str, mistake: str) -> None:
    assert mistakes(text) == [f"demo.yaml:{mistake}"]


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        (changed(key="key: id"), "4: data.key: expected a list, such as [a, b]; got 'id'"),
        (changed(numeric="numeric: 5"), "6: features.numeric: expected a list, such as [a, b]; got 5"),
        (
            changed(text="text: {all: txt}"),
            "8: features.text.all: expected one of numeric, text, boolean, date, any; did you mean 'text'? got 'txt'",
        ),
        (changed(numeric="numeric: [age, 2020]"), "6: features.numeric.1: input should be a valid string; got 2020"),
        (changed(ill="ill:"), "10: tasks.ill: expected keys with values; got nothing"),
        (changed(ill="1: {kind: binary}"), "10: tasks.1: a key must be text; got 1: put it between quotation marks"),
        (changed(ill="yes: {kind: binary}"), "9: tasks: a key must be text; got True: put it between quotation marks"),
        (
            changed(ill="my-task: {kind: binary}"),
            "10: tasks.my-task: expected a letter, then letters, digits and underscores; got 'my-task'",
        ),
        (
            changed(name="name: my study"),
            "1: name: expected a letter, then letters, digits and underscores; got 'my study'",
        ),
        (changed("split: hash\n"), "15: split: expected keys with values; got 'hash'"),
        (changed("split:\n"), "15: split: expected keys with values; got nothing"),
        (changed(schemes="schemes: equal"), "14: schemes: expected a list, such as [a, b]; got 'equal'"),
        (changed(schemes="schemes: []"), "14: schemes: expected at least 1; got []"),
        (changed(schemes="schemes: [equal, 5]"), "14: schemes.1: expected keys with values; got 5"),
        (
            changed(schemes="schemes: [{name: cagrad, options: 3}]"),
            "14: schemes.0.options: expected keys with values; got 3",
        ),
        (
            changed(schemes="schemes: [{name: fixed, weights: {ill: 1}}]"),
            "14: schemes.0.weights: no value for cost; every task must be named",
        ),
        (
            changed(schemes="schemes: [{name: dwa, temperature: yes}]"),
            "14: schemes.0.temperature: input should be a valid number; got True",
        ),
        (
            changed("sharing: [{name: mmoe, experts: 1}]\n"),
            "15: sharing.0.experts: input should be greater than or equal to 2; got 1",
        ),
        (changed("model: {trunk: 64}\n"), "15: model.trunk: expected a list, such as [a, b]; got 64"),
        (changed("model: {trunk: [8, 0]}\n"), "15: model.trunk.1: input should be greater than or equal to 1; got 0"),
        (changed("gate: {margin: .inf}\n"), "15: gate.margin: input should be a finite number; got inf"),
        (changed("seeds: 3\n"), "15: seeds: expected a list, such as [a, b]; got 3"),
        (changed("seeds: [0, -1]\n"), "15: seeds.1: input should be greater than or equal to 0; got -1"),
        (changed("checks: {columns: [age]}\n"), "15: checks.columns: expected keys with values; got ['age']"),
        (
            changed("checks:\n  columns:\n    age:\n      values: [1, .nan]\n"),
            "18: checks.columns.age.values.1: input should be a valid string; got nan",
        ),
        (
            changed("training: {learning_rate: fast}\n"),
            "15: training.learning_rate: input should be a valid number, unable to parse string as a number;"
            " got 'fast'",
        ),
        (
            changed("split:\n  by: time\n  column: day\n  as_of: 2020-13-01\n"),
            "18: split.as_of: input should be a valid date or datetime, month value is outside expected range of 1-12;"
            " got '2020-13-01'",
        ),
    ],
)
def test_a_wrong_value_is_named_with_what_was_expected_and_what_came(text: str, mistake: str) -> None:
    assert mistakes(text) == [f"demo.yaml:{mistake}"]


@pytest.mark.parametrize(
    ("version", "got"),
    [("2", "2"), ("'1'", "'1'"), ("yes", "True"), ("1.0", "1.0"), ("~", "None")],
)
def test_a_version_that_is_not_known_is_refused_with_the_one_that_is(version: str, got: str) -> None:
    line = f"demo.yaml:15: version: this program reads specs of version 1; got {got}: update the program"
    assert mistakes(changed(f"version: {version}\n")) == [line]


def test_a_spec_of_today_may_say_its_version_or_not() -> None:
    assert parse_spec(changed("version: 1\n")).digest == parse_spec(TEXT).digest


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (changed(name="title: a study"), "1: name"),
        (changed(kind="label: cost"), "11: tasks.cost.kind"),
        (changed("split: {by: group}\n"), "15: split.column"),
        (changed("split: {test: 0.2}\n"), "15: split.by"),
        (changed("split: {by: column, column: fold, test: [x]}\n"), "15: split.train"),
        (changed(schemes="schemes: [equal, {c: 0.4}]"), "14: schemes.1.name"),
        (changed(ill="kind: {metric: f1}"), "10: tasks.kind.kind"),
    ],
)
def test_a_missing_key_is_named_with_the_line_of_the_part_that_lacks_it(text: str, place: str) -> None:
    assert f"demo.yaml:{place}: this key is required" in mistakes(text)


@pytest.mark.parametrize("text", ["", "~", "- name: demo\n", "hello", "# a comment alone\n"])
def test_a_file_without_keys_is_told_the_keys(text: str) -> None:
    assert mistakes(text) == [f"demo.yaml:1: a spec is a mapping of keys; allowed: {TOP}"]


def test_every_mistake_has_a_line_of_its_own() -> None:
    text = changed("sede: [1]\n", key="key: id", kind="kind: regresion")
    assert [line.split(": ")[1] for line in mistakes(text)] == ["data.key", "tasks.cost.kind", "sede"]


def test_a_long_value_is_shortened() -> None:
    (line,) = mistakes(changed(name=f"name: {'x y ' * 40}"))
    assert line.endswith("…")
    assert len(line) < 160


TOKENS = re.findall(r"\w+|\W", TEXT)


@lightly
@given(st.integers(0, len(TOKENS) - 1), st.sampled_from(["", "x", "3", "[", "~", "-", "{a: 1}", "\n", "yes", "\x00"]))
def test_whatever_is_replaced_in_a_spec_it_is_read_or_refused_line_by_line(position: int, other: str) -> None:
    text = "".join([*TOKENS[:position], other, *TOKENS[position + 1 :]])
    try:
        parse_spec(text, "demo.yaml")
    except SpecError as error:
        for line in str(error).splitlines():
            assert re.match(r"demo\.yaml:\d+: ", line)
