from dataclasses import replace

from mtl.evaluation.comparison import ChampionCompared, ChampionUnknown
from mtl.evaluation.incumbent_comparison import IncumbentAnswer, IncumbentCompared, IncumbentUnknown
from mtl.report.web.further_tables import further_tables
from tests.mtl.promotion.cases import make_comparison, make_difference

PRICE, SOLD = make_difference(), make_difference("sold")


def test_the_constant_and_that_there_is_no_champion_are_always_said() -> None:
    told = dict(further_tables(make_comparison(PRICE, SOLD)))
    assert list(told) == ["Against a constant", "Against the champion"]
    assert [row[0] for row in told["Against a constant"].rows] == ["price", "sold"]
    assert told["Against the champion"].told == "No version is the champion yet."


def test_former_champions_have_a_row_for_each_task_or_a_reason() -> None:
    comparison = make_comparison(PRICE, champion=ChampionCompared("3", (PRICE,)))
    told = dict(further_tables(replace(comparison, anchor=ChampionUnknown("it cannot be read"))))
    assert told["Against the champion"].rows == (
        ("price", "r2 ↑", "0.5000", "0.5400", "+0.0400", "[+0.0200, +0.0600]"),
    )
    assert told["Against the best former champion"].told == "It cannot be told: it cannot be read."


def test_models_in_use_have_a_row_each_also_where_one_cannot_be_asked() -> None:
    in_use: dict[str, IncumbentAnswer] = {
        "price": IncumbentCompared("models:/price/7", PRICE, 12, "keys"),
        "sold": IncumbentUnknown("models:/sold/1", "it answers nothing"),
    }
    told = dict(further_tables(replace(make_comparison(PRICE, SOLD), incumbents=in_use)))["Against the models in use"]
    assert [row[-2:] for row in told.rows] == [
        ("models:/price/7", "12"),
        ("models:/sold/1", "it cannot be told: it answers nothing"),
    ]
    assert {len(row) for row in told.rows} == {len(told.headings)}


def test_nothing_compared_is_no_table() -> None:
    assert list(further_tables(None)) == []
