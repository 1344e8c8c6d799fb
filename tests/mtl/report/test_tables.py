import numpy as np
import pytest
from rich.console import Console

from mtl.evaluation.comparison import Comparison
from mtl.promotion.evidence import Evidence
from mtl.promotion.gate import decide
from mtl.report.tables import HEADINGS, SHOWN, comparison_markdown, comparison_table, interval, metric_label, rows
from mtl.run_names import RunName
from tests.mtl.evaluation.studies import make_study
from tests.mtl.promotion.cases import FAULTS, POLICY, make_comparison, make_difference, make_evidence

VERDICTS = {"price": "better", "sold": "undecided", "other": "undecided"}


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return make_study().compared()


def test_a_row_holds_the_numbers_of_its_task(comparison: Comparison) -> None:
    row = dict(zip(HEADINGS, rows(comparison, VERDICTS)[1], strict=True))
    found = comparison.of("sold")
    assert found is not None
    paired = found.difference
    assert row == {
        "task": "sold",
        "metric": "log_loss ↓",
        "baseline": f"{paired.reference:.4f}",
        "candidate": f"{paired.candidate:.4f}",
        "difference": f"{paired.difference:+.4f}",
        "interval": f"[{paired.lower:+.4f}, {paired.upper:+.4f}]",
        "seed mean": f"{found.seed_mean_difference:+.4f}",
        "labels": "400",
        "verdict": "undecided",
    }


def test_a_task_without_a_comparison_has_a_row_all_the_same(comparison: Comparison) -> None:
    assert rows(comparison, VERDICTS)[2] == ("other", *["–"] * 7, "undecided")
    assert [row[0] for row in rows(None, VERDICTS)] == ["price", "sold", "other"]


def test_what_is_not_finite_is_a_dash() -> None:
    study = make_study()
    study.predictions[study.candidate]["price"][0] = np.nan
    row = dict(zip(HEADINGS, rows(study.compared(), VERDICTS)[0], strict=True))
    assert [row[name] for name in ("candidate", "difference", "interval", "seed mean")] == ["–"] * 4


def test_an_arrow_shows_the_better_side() -> None:
    assert (metric_label("r2"), metric_label("rmse")) == ("r2 ↑", "rmse ↓")


def test_markdown_holds_the_same_cells_and_says_how_to_read_them(comparison: Comparison) -> None:
    text = comparison_markdown(comparison, VERDICTS)
    for row in rows(comparison, VERDICTS):
        assert "| " + " | ".join(row) + " |" in text
    assert text.startswith("Candidate: equal, seed 1\n")
    assert "Each bound holds at 95 %." in text
    assert "Seed mean" not in text, "there are no fresh seeds"


def test_the_report_says_which_baselines_were_pretrained_and_on_what() -> None:
    study = make_study()
    assert "pretrained" not in comparison_markdown(study.compared(), VERDICTS)
    run = RunName.single("sold", 0, "price")
    study.predictions[run], study.baselines["sold"] = study.predictions[study.baselines["sold"]], run
    assert comparison_markdown(study.compared(), VERDICTS).endswith(" Baselines that were pretrained: sold's on price.")


def test_without_a_comparison_the_report_says_so() -> None:
    assert comparison_markdown(None, VERDICTS).startswith("Nothing was compared\n")


def test_a_bar_in_a_cell_does_not_break_the_table(comparison: Comparison) -> None:
    assert "| a\\|b |" in comparison_markdown(comparison, {"a|b": "undecided"})


def test_a_terminal_of_80_columns_shows_the_cells_that_decide(comparison: Comparison) -> None:
    console = Console(width=80)
    with console.capture() as capture:
        console.print(comparison_table(comparison, VERDICTS))
    text = capture.get().splitlines()
    for row in rows(comparison, VERDICTS):
        cells = dict(zip(HEADINGS, row, strict=True))
        line = next(line for line in text if line.split()[:1] == [row[0]])
        assert line.rstrip().endswith(cells["verdict"])
        assert all(cells[name] in line for name in SHOWN[1:])


def shown(evidence: Evidence, width: int) -> list[str]:
    verdicts = {each.task: each.verdict for each in decide(evidence, POLICY).verdicts}
    console = Console(width=width)
    with console.capture() as capture:
        console.print(comparison_table(evidence.comparison, verdicts, width))
    return [line.rstrip() for line in capture.get().splitlines()]


def test_fresh_seeds_have_a_column_of_a_wide_terminal_where_they_decided() -> None:
    lines = shown(FAULTS["fresh seeds disagree"](make_evidence(), 0), 120)
    assert lines[1].split() == ["task", "baseline", "candidate", "difference", "interval", "seeds", "verdict"]
    price, sold = lines[2], lines[3]
    assert price.endswith("+0.0400 [-0.0010, +0.0600]  undecided")
    assert sold.count("[") == 1
    assert "seeds" not in shown(make_evidence(), 120)[1].split()
    assert "seeds" not in shown(FAULTS["worse"](make_evidence(), 0), 120)[1].split()


def test_fresh_seeds_have_a_line_under_their_task_in_a_narrow_one() -> None:
    lines = shown(FAULTS["fresh seeds disagree"](make_evidence(), 0), 80)
    assert lines[3].split()[:1] == ["seeds"]
    assert lines[3].endswith("+0.0400  [-0.0010, +0.0600]")
    assert max(map(len, lines)) <= 80
    assert not [line for line in shown(make_evidence(), 80) if "seeds" in line]


def test_the_point_rule_has_no_interval_and_says_what_that_means() -> None:
    paired = make_difference(lower=0.04, upper=0.04, difference=0.04, confidence=0.5)
    text = comparison_markdown(make_comparison(paired), {"price": "better"})
    assert "| +0.0400 | by its value |" in text
    assert "as gate.confidence 0.5 asks: nothing is claimed of how often that is luck." in text
    assert "Each bound" not in text
    assert interval(make_difference(lower=np.nan, difference=np.nan, confidence=0.5)) == "–"
