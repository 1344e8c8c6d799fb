"""Dates in the spelling that a spec names."""

import pandas as pd
import pytest

from mtl.data.spelled_dates import read_spelled, with_dates
from mtl.errors import DataError


@pytest.mark.parametrize(
    ("cells", "spelling"),
    [
        (["31.12.2024", None, " 01.02.2024 "], "%d.%m.%Y"),
        (["12/31/2024", None, "02/01/2024"], "%m/%d/%Y"),
        ([20241231, None, 20240201], "%Y%m%d"),
        ([20241231.0, None, 20240201.0], "%Y%m%d"),
        (["31-Dec-2024", None, "01-Feb-2024"], "%d-%b-%Y"),
        (["2024-12-31T23:00:00-0100", None, "2024-02-01T00:00:00+0000"], "%Y-%m-%dT%H:%M:%S%z"),
    ],
)
def test_a_spelling_is_read_as_it_says(cells: list[object], spelling: str) -> None:
    times = with_dates(pd.DataFrame({"day": cells, "other": 1}), {"day": spelling})["day"]
    days = [None if pd.isna(time) else time.strftime("%Y-%m-%d") for time in times]
    assert days[1:] == [None, "2024-02-01"]
    assert days[0] in ("2024-12-31", "2025-01-01")


def test_times_that_are_times_already_stay() -> None:
    column = pd.Series(pd.to_datetime(["2024-12-31"]))
    assert read_spelled(column, "%d.%m.%Y").equals(column)


def test_a_cell_in_another_spelling_is_named_with_its_row() -> None:
    table = pd.DataFrame({"day": ["31.12.2024", "2024-12-31"]})
    with pytest.raises(DataError) as caught:
        with_dates(table, {"day": "%d.%m.%Y"})
    assert str(caught.value) == (
        "column 'day' holds '2024-12-31' in row 1; expected dates that are written %d.%m.%Y, as data.dates says"
    )
