"""A number that would take all memory, or all time, is refused where it is written."""

import pytest

from mtl.spec import parse_spec
from tests.mtl.spec.texts import changed, mistakes


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ("model: {trunk: [1000000000]}\n", "model.trunk.0"),
        (f"model: {{trunk: [{', '.join(['8'] * 65)}]}}\n", "model.trunk"),
        ("model: {members: 1000000}\n", "model.members"),
        ("model: {category_width: 1000000}\n", "model.category_width"),
        ("model: {text_width: 1000000}\n", "model.text_width"),
        ("model: {max_tokens: 1000000}\n", "model.max_tokens"),
        ("model: {numeric_embedding: {name: periodic, width: 1000000000}}\n", "model.numeric_embedding.width"),
        ("training: {batch_size: 1e30}\n", "training.batch_size"),
        ("training: {epochs: 1000000000}\n", "training.epochs"),
        ("training: {patience: 1000000000000}\n", "training.patience"),
        ("training: {learning_rate: 1e300}\n", "training.learning_rate"),
        ("training: {l1: 1e300, l2: 1e300}\n", "training.l2"),
        ("sharing: [{name: mmoe, experts: 1000000000}]\n", "sharing.0.experts"),
        ("sharing: [{name: ple, shared_experts: 1000000000}]\n", "sharing.0.shared_experts"),
        ("baselines: [{name: boosted_trees, iterations: 1000000000}]\n", "baselines.0.iterations"),
        ("evaluation: {resamples: 1000000000}\n", "evaluation.resamples"),
        ("gate: {margin: 1e308}\n", "gate.margin"),
        ("gate: {min_labels: 1000000000000000}\n", "gate.min_labels"),
        ("checks: {min_rows: 1000000000000000000000000000000}\n", "checks.min_rows"),
        ("tuning: {trials: 1000000}\n", "tuning.trials"),
        (f"seeds: {[*range(1001)]}\n", "seeds"),
        ("incumbents: {ill: {model: models:/a/1, seconds: 1e300}}\n", "incumbents.ill.seconds"),
        (f"incumbents: {{ill: models:/{'m' * 3000}/1}}\n", "incumbents.ill.model"),
        ("seeds: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\ntuning: {trials: 10000}\n", None),
    ],
)
def test_a_value_beyond_its_bound_is_named_with_its_key(more: str, place: str | None) -> None:
    if place is None:
        assert mistakes(changed(more, schemes=SCHEMES)) == [f"demo.yaml:14: schemes: {RUNS}"]
        return
    named = [line.split(": ")[1] for line in mistakes(changed(more))]
    assert place in named
    assert all(len(line) < 250 for line in mistakes(changed(more)))


SCHEMES = "schemes: [equal, uncertainty, pcgrad, mgda]"
RUNS = "expected at most 100,000 runs; got about 100,100: 10 models, 10 seeds and 10,000 trials"


def test_names_are_short_enough_for_files_and_for_the_names_of_metrics() -> None:
    assert parse_spec(changed(name=f"name: {'p' * 100}")).name == "p" * 100
    (line,) = mistakes(changed(name=f"name: {'p' * 101}"))
    assert "name: string should have at most 100 characters" in line
    (line,) = mistakes(changed(ill=f"{'i' * 300}: {{kind: binary}}"))
    assert "string should have at most 100 characters" in line


def test_of_thousands_of_mistakes_the_first_are_told() -> None:
    lines = mistakes(changed(f"seeds: {['x'] * 500}\n"))
    assert len(lines) == 21
    assert lines[-1] == "demo.yaml: and 480 more mistakes"


def test_a_long_chain_of_composed_tasks_has_its_depths() -> None:
    tasks = ", ".join(f"t{n}: {{kind: binary, composed_of: [{f't{n + 1}' if n < 899 else ''}]}}" for n in range(900))
    text = changed().replace("tasks:\n", f"tasks: {{{tasks}}}\nseeds: [0]\nbaselines: [linear]\nrest:\n")
    text = text[: text.index("rest:")] + "schemes: [equal]\n"
    assert parse_spec(text).depths() == tuple(range(900))


def test_a_key_that_is_no_text_in_a_mapping_of_columns_is_named() -> None:
    lines = mistakes(changed("checks: {columns: {1: {'': 2}}}\n"))
    assert "checks.columns.1" in lines[0]
