"""Parts of a spec that contradict each other are refused where they stand."""

import pytest

from mtl.extensions import FEATURES, SOURCES
from tests.mtl.spec.texts import changed, mistakes, spec


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        (
            changed(numeric="numeric: [age, cost]"),
            "6: features.numeric.1: cost is a task's label; a label cannot be a feature",
        ),
        (changed(metric="label: note"), "8: features.text: note is a task's label; a label cannot be a feature"),
        (changed(numeric="numeric: [age, city]"), "5: features: each column once; repeated: city"),
        (
            changed(ill="ill: {kind: binary, auxiliary: true}", metric="auxiliary: true"),
            "9: tasks: at least one task must not be auxiliary",
        ),
        (
            changed(metric="composed_of: [il]"),
            "13: tasks.cost.composed_of: no task is named il; tasks: ill, cost",
        ),
        (changed(metric="composed_of: [cost]"), "13: tasks.cost.composed_of: cost would be a part of itself"),
        (
            changed(ill="ill: {kind: binary, composed_of: [cost]}", metric="composed_of: [ill]"),
            "13: tasks.cost.composed_of: ill would be a part of itself",
        ),
        (
            changed(ill="ill: {kind: binary, composed_of: [cost]}\n  sum: {kind: binary, composed_of: [cost]}"),
            "11: tasks.sum.composed_of: cost is a part of ill already",
        ),
        (changed(metric="pretrained_on: [il]"), "13: tasks.cost.pretrained_on: no task is named il; tasks: ill, cost"),
        (changed(metric="pretrained_on: [cost]"), "13: tasks.cost.pretrained_on: cost would be pretrained on itself"),
        (changed(metric="pretrained_on: [ill, ill]"), "13: tasks.cost.pretrained_on: each once; repeated: ill"),
        (
            changed(ill="ill: {kind: binary, auxiliary: true, pretrained_on: [cost]}"),
            "10: tasks.ill.pretrained_on: ill is auxiliary: it has no baseline that could be pretrained",
        ),
        (
            changed("baselines: [linear]\n", metric="pretrained_on: [ill]"),
            "13: tasks.cost.pretrained_on: what is pretrained is the baseline network, which baselines does not name",
        ),
        (changed("baselines: [network, network]\n"), "15: baselines: each once; repeated: network"),
        (
            changed("baselines: [{name: linear, steps: 3}]\n"),
            "15: baselines.0.steps: unknown key; allowed: name, iterations",
        ),
        (changed(schemes="schemes: [equal, dwa, equal]"), "14: schemes: each once; repeated: equal"),
        (changed(key="key: [id, day, id]"), "4: data.key: each once; repeated: id"),
        (changed("seeds: [1, 2, 1]\n"), "15: seeds: each once; repeated: 1"),
        (
            changed(path="path: rows.csv\n  example: health"),
            f"2: data: give exactly one of {' and '.join(map(repr, SOURCES.names))}",
        ),
        (
            changed("split: {by: hash, validation: 0.5, test: 0.5}\n"),
            "15: split: validation + test must be below 1; the rest is for training",
        ),
        (changed("checks:\n  columns:\n    age: {min: 5, max: 1}\n"), "17: checks.columns.age: min 5 is above max 1"),
        (
            changed("incumbents: {ill: models:/a}\n"),
            "15: incumbents.ill.model: expected models:/NAME/VERSION or models:/NAME@ALIAS; got 'models:/a'",
        ),
        (changed("incumbents: {il: models:/a/1}\n"), "15: incumbents.il: no task is named il; tasks: ill, cost"),
        (
            changed("incumbents:\n  ill: {model: models:/a@live, trained_before: 2024-01-01}\n"),
            "16: incumbents.ill.trained_before: which column says when a row was? The split is not by time: "
            "give `time: COLUMN` beside it",
        ),
        (
            changed(
                "incumbents:\n  ill: {model: models:/a/1, trained_on_keys: k, trained_before: 2024-01-01, time: day}\n"
            ),
            "16: incumbents.ill.trained_on_keys: give trained_before or trained_on_keys, not both",
        ),
        (changed("checks: {min_rows: 10, max_rows: 5}\n"), "15: checks: min_rows 10 is above max_rows 5"),
        (
            changed("split: {by: hash, salt: new, retired: [old, new]}\n"),
            "15: split.retired: new is the salt in use; write another as salt, and this as retired",
        ),
        (changed("split: {by: hash, retired: [old, old]}\n"), "15: split.retired: each earlier salt once"),
        (
            changed("split: {by: time, column: day, embargo_days: 7}\n"),
            "15: split.embargo_days: expected less than validation_days, which is 7; got 7",
        ),
        (
            changed("split: {by: time, column: day, embargo_days: 3, train_days: 2}\n"),
            "15: split.embargo_days: expected less than train_days, which is 2; got 3",
        ),
        (
            changed("incumbents:\n  ill: {model: models:/a/1, trained_on_keys: k.csv}\n", key="missing: [NA]"),
            "16: incumbents.ill.trained_on_keys: rows are known by what they hold, and no file of keys names them: give"
            " data.key, or trained_before",
        ),
        (
            changed("split: {by: column, column: fold, train: [a, b], validation: [b], test: [c]}\n"),
            "15: split.validation: 'b' is a value of train already",
        ),
        (
            changed("split: {by: column, column: f, train: [1], validation: [2], test: [3], validation_share: 0.1}\n"),
            "15: split.validation_share: give validation or validation_share, not both",
        ),
        (
            changed("evaluation: {resamples: 100}\ngate: {confidence: 0.99}\n"),
            "15: evaluation.resamples: expected at least 1,000 evaluation.resamples for a gate.confidence of 0.99, so"
            " that 10 lie beyond the bound; got 100, which leave 1.0",
        ),
        (
            changed("gate: {confidence: 0.999}\n"),
            "15: gate.confidence: expected at least 10,000 evaluation.resamples for a gate.confidence of 0.999, so that"
            " 10 lie beyond the bound; got 2,000, which leave 2.0",
        ),
    ],
)
def test_a_contradiction_is_refused_at_the_key_that_makes_it(text: str, mistake: str) -> None:
    assert mistakes(text) == [f"demo.yaml:{mistake}"]


def test_features_need_a_column() -> None:
    text = changed(numeric="numeric: []", categorical="categorical: []", text="text: ~")
    *others, last = FEATURES.names
    kinds = f"{', '.join(others)} or {last}"
    assert mistakes(text) == [f"demo.yaml:5: features: name at least one column under {kinds}"]


def test_one_scheme_may_stand_twice_with_other_options() -> None:
    schemes = spec(schemes="schemes: [cagrad, {name: cagrad, c: 0.4}]").schemes
    assert [scheme.label for scheme in schemes] == ["cagrad", "cagrad(c=0.4)"]


def test_tasks_may_be_pretrained_on_each_other_and_on_auxiliary_ones() -> None:
    tasks = spec(
        ill="ill: {kind: binary, pretrained_on: [cost, sum]}\n  sum: {kind: binary, auxiliary: true}",
        metric="pretrained_on: [ill]",
    ).tasks
    assert {name: task.pretrained_on for name, task in tasks.items()} == {
        "ill": ("cost", "sum"),
        "sum": (),
        "cost": ("ill",),
    }


def test_depths_follow_what_tasks_are_composed_of() -> None:
    tree = spec(ill="ill: {kind: binary, composed_of: [cost]}\n  sum: {kind: binary, composed_of: [ill]}")
    assert dict(zip(tree.tasks, tree.depths(), strict=True)) == {"ill": 1, "sum": 0, "cost": 2}
    assert spec().depths() == (0, 0)


def test_by_default_a_task_must_be_better_than_a_network_trees_and_a_linear_model() -> None:
    assert [baseline.label for baseline in spec().baselines] == ["network", "boosted_trees", "linear"]
    told = spec("baselines: [network, {name: boosted_trees, iterations: 9}]\n").baselines
    assert [baseline.label for baseline in told] == ["network", "boosted_trees(iterations=9)"]


@pytest.mark.parametrize(
    ("resamples", "confidence"), [(200, 0.95), (100, 0.9), (1000, 0.99), (100, 0.5), (2000, 0.995)]
)
def test_ten_resamples_beyond_the_bound_are_enough_whatever_the_rounding(resamples: int, confidence: float) -> None:
    written = spec(f"evaluation: {{resamples: {resamples}}}\ngate: {{confidence: {confidence}}}\n")
    assert written.evaluation.resamples == resamples
