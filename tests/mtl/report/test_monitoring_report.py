"""What is said of a champion under watch: verdicts, metrics, a page that needs nothing else."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from mtl.data.profile import Profile, column_profile
from mtl.monitoring.moved_columns import compare_columns
from mtl.monitoring.observing import TaskFinding
from mtl.report.monitoring_report import (
    Monitored,
    alarm_sentences,
    metrics_text,
    print_monitored,
    sentence,
    write_monitoring_report,
)
from tests.browser import NARROW, WIDE, Light, chromium, opened
from tests.mtl.monitoring.streams import promised

CALM = TaskFinding(
    "weight",
    "linear weight",
    900,
    -0.02,
    (-0.04, -0.01),
    0.01,
    0.2,
    40.0,
    "",
    promised().difference,
    promised=(-0.02, 0.01),
)
WORSE = replace(CALM, task="<b>height</b>", difference=0.5, interval=(0.4, 0.6), evidence=1e9, alarmed_at="2024-05-01")
UNASKED = replace(
    CALM, task="note", labels=0, difference=np.nan, problem="its opponent reads text, which was not logged"
)


def found(*tasks: TaskFinding, moved_back: str = "") -> Monitored:
    now = pd.DataFrame({"prediction.weight": np.linspace(5.0, 6.0, 500)})
    before = column_profile(pd.Series(np.linspace(0.0, 1.0, 500), name="weight"), "", "numeric")
    columns = compare_columns(None, Profile(500, (before,)), now)
    return Monitored("scales", "3", "2024-05-02T00:00:00+00:00", (500, 400), tasks, columns, moved_back)


def printed(of: Monitored) -> str:
    console = Console(width=200, record=True, file=io.StringIO())
    print_monitored(of, Path("page.html"), console)
    return console.export_text()


def test_each_task_has_a_verdict_and_the_whole_a_sentence() -> None:
    assert [each.verdict for each in (CALM, WORSE, UNASKED)] == ["better", "worse", "not watched"]
    assert replace(CALM, interval=(-0.04, 0.01)).verdict == "no harm shown"
    assert sentence(found(CALM)) == "No harm is shown of version 3 on any of 1 tasks."
    assert sentence(found(CALM, UNASKED)).endswith("Not watched in this look: note.")
    assert sentence(found(CALM, WORSE)) == "Harm: version 3 is worse than what it replaced on <b>height</b>."


def test_an_alarm_is_a_sentence_for_each_task_that_is_worse() -> None:
    assert alarm_sentences(found(CALM)) == ()
    told = alarm_sentences(found(CALM, WORSE, moved_back="scales is back at version 2, after version 3."))
    assert len(told) == 2
    assert "worse than linear weight on <b>height</b>" in told[0]
    assert told[1] == "scales is back at version 2, after version 3."


def test_the_terminal_says_what_moved_and_why_a_task_is_not_watched() -> None:
    told = printed(found(CALM, UNASKED))
    assert "500 rows were logged of version 3, 400 of them have labels." in told
    assert "note: its opponent reads text, which was not logged." in told
    assert "Unlike the rows that it was made from: prediction.weight" in told
    assert "page.html" in told


def test_metrics_are_prometheus_text() -> None:
    told = metrics_text(found(CALM, replace(WORSE, task="height")))
    assert 'mtl_monitor_alarm{model="scales",version="3",task="height"} 1\n' in told
    assert 'mtl_monitor_alarm{model="scales",version="3",task="weight"} 0\n' in told
    assert 'mtl_monitor_labels{model="scales",version="3",task="weight"} 900\n' in told
    assert told.endswith('mtl_monitor_moved_columns{model="scales",version="3"} 1\n')
    assert told.count("# TYPE") == 4


@pytest.mark.parametrize(("tasks", "word"), [((CALM,), "No harm shown"), ((CALM, WORSE, UNASKED), "Harm")])
def test_the_page_is_one_file_that_escapes_what_it_quotes(
    tmp_path: Path, tasks: tuple[TaskFinding, ...], word: str
) -> None:
    page = write_monitoring_report(found(*tasks), tmp_path).read_text(encoding="utf-8")
    assert f'<p class="word">{word}</p>' in page
    assert "<b>height" not in page
    assert "prediction.weight" in page
    assert "src=" not in page
    assert sorted(file.name for file in tmp_path.iterdir()) == ["metrics.prom", "monitor.html"]


@pytest.mark.browser
@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_page_fits_its_window_and_asks_for_nothing(tmp_path: Path, width: int, light: Light) -> None:
    page = write_monitoring_report(found(CALM, WORSE, UNASKED), tmp_path)
    with chromium() as browser, opened(browser, page, width, light) as shown:
        assert shown.overflow <= 0
        plots = shown.page.locator("#promises svg.intervals")
        assert [plots.nth(place).locator("circle").count() for place in range(3)] == [2, 1, 1]
        shares = plots.evaluate_all("each => each.map(one => one.getBoundingClientRect().width / innerWidth)")
        assert min(shares) > 0.4
        for place in ("#promises", "#tasks table"):
            assert shown.page.locator(f"{place} .pill").all_inner_texts() == ["better", "worse", "not watched"]
    assert (shown.complaints, shown.asked) == ([], [])


def test_json_has_what_the_terminal_shows() -> None:
    plain = found(CALM, WORSE).to_plain()
    assert [task["verdict"] for task in plain["tasks"]] == ["better", "worse"]
    assert (plain["rows"], plain["labelled"]) == (500, 400)
    assert plain["columns"][0]["moved"]
