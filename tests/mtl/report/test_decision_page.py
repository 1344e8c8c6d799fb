from dataclasses import replace

import pytest

from mtl.evaluation.comparison import ChampionAbsent, ChampionAnswer, ChampionCompared, ChampionUnknown
from mtl.evaluation.incumbent_comparison import IncumbentCompared, IncumbentUnknown
from mtl.promotion.gate import decide
from mtl.report.decision_page import decision_markdown
from tests.mtl.promotion.cases import FAULTS, POLICY, make_difference, make_evidence


def test_a_promotion_has_the_sentence_the_table_and_the_champion() -> None:
    evidence = make_evidence()
    decision = decide(evidence, POLICY)
    text = decision_markdown("Reviews, 2024-05", decision, evidence.comparison)
    assert text.startswith(f"# Reviews, 2024-05\n\n**{decision.sentence}**\n\nCandidate: equal, seed 0\n")
    assert (
        "| price | r2 ↑ | 0.5000 | 0.5400 | +0.0400 | [+0.0200, +0.0600] | +0.0400 (> +0.0200) | 400 | better |" in text
    )
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert "Seed mean: the gain in the mean over fresh seeds, and its lower bound." in text
    assert headings == ["## Over fresh seeds", "## Against a constant", "## Against the champion"]
    assert "| price | r2 ↑ | 0.0000 | 0.5400 | +0.5400 | [+0.5000, +0.5800] |" in text


def test_a_rejection_lists_objections_causes_and_what_could_be_taken_over() -> None:
    evidence = FAULTS["worse"](make_evidence(), 0)
    decision = decide(evidence, POLICY)
    text = decision_markdown("Study", decision, evidence.comparison, ("price: task conflict.",))
    assert f"## Objections\n\n- {decision.reasons[0]}\n" in text
    assert "## Likely causes\n\n- price: task conflict.\n" in text
    assert "## What the candidate could take over\n\nsold\n" in text


def test_a_rejection_without_evidence_is_a_report_too() -> None:
    evidence = replace(make_evidence(), comparison=None)
    text = decision_markdown("Study", decide(evidence, POLICY), None)
    assert "Nothing was compared" in text
    assert "## What the candidate could take over\n\nNo task.\n" in text


@pytest.mark.parametrize(
    ("champion", "expected"),
    [
        (ChampionAbsent(), "No version is the champion yet."),
        (ChampionUnknown("timeout"), "It cannot be told: timeout."),
        (
            ChampionCompared("7", (make_difference("sold"),)),
            "Version 7, on the same rows.\n\n"
            "| task | metric | champion | candidate | difference | interval |\n"
            "| --- | --- | --- | --- | --- | --- |\n"
            "| sold | r2 ↑ | 0.5000 | 0.5400 | +0.0400 | [+0.0200, +0.0600] |",
        ),
    ],
)
def test_the_three_answers_about_the_champion_read_differently(champion: ChampionAnswer, expected: str) -> None:
    evidence = make_evidence(champion)
    text = decision_markdown("Study", decide(evidence, POLICY), evidence.comparison)
    assert text.endswith(f"## Against the champion\n\n{expected}\n")


def test_the_models_in_use_have_a_table_and_the_doubt_about_them_is_said() -> None:
    evidence = make_evidence()
    assert evidence.comparison is not None
    incumbents: dict[str, IncumbentCompared | IncumbentUnknown] = {
        "price": IncumbentCompared("models:/price/7", make_difference(), 12, "nothing"),
        "sold": IncumbentUnknown("models:/sold@live", "it is gone"),
    }
    with_them = replace(evidence, comparison=replace(evidence.comparison, incumbents=incumbents))
    text = decision_markdown("Study", decide(with_them, POLICY), with_them.comparison)
    _, section = text.split("## Against the models in use")
    assert "| price | r2 ↑ | models:/price/7 | 0.5000 | 0.5400 | +0.0400 | [+0.0200, +0.0600] | 400 | 12 |" in section
    assert "| sold | – | models:/sold@live | – |" in section
    assert "On sold it cannot be told: it is gone." in section
    assert "look better than it is" in section


def test_warnings_about_the_data_are_listed() -> None:
    evidence = make_evidence()
    text = decision_markdown(
        "Study", decide(evidence, POLICY), evidence.comparison, warnings=("age: 3 rows hold -999",)
    )
    assert "## Warnings about the data\n\n- age: 3 rows hold -999\n" in text
