"""Facts of the flights example."""

import pandas as pd
import pytest

from mtl import examples
from mtl.data.splits import split_rows
from mtl.examples.readers.flights import AIRPORTS
from mtl.spec import load_spec
from tests.mtl.examples.cache import example_table

pytestmark = pytest.mark.network

AFTERWARDS = ("dep_time", "arr_time", "dep_delay", "arr_delay", "air_time", "gain", "late", "delayed", "cancelled")
PLANE = ("tailnum", "seats", "engine", "manufacturer", "model")


@pytest.fixture
def table() -> pd.DataFrame:
    return example_table("flights")


def test_every_scheduled_flight_of_the_year(table: pd.DataFrame) -> None:
    assert len(table) == 336_776
    assert table["day"].dtype.kind == "M"
    assert table["day"].nunique() == 365
    assert table["origin"].value_counts().to_dict() == {"EWR": 120_835, "JFK": 111_279, "LGA": 104_662}
    assert (table["carrier"].nunique(), table["dest"].nunique()) == (16, 105)


def test_a_flight_has_the_label_of_its_own_airport_and_none_when_cancelled(table: pd.DataFrame) -> None:
    labels = table[[f"delayed_{airport}" for airport in AIRPORTS]]
    flown = table["cancelled"] == 0
    assert (labels.notna().sum(axis=1) == flown).all()
    assert (labels[flown].notna().idxmax(axis=1) == "delayed_" + table["origin"][flown]).all()
    assert (labels[flown].sum(axis=1) == table["departed_late"][flown]).all()


def test_the_share_of_late_and_cancelled_flights_by_month(table: pd.DataFrame) -> None:
    monthly = table.groupby(table["day"].dt.month)[["departed_late", "cancelled"]].mean()
    assert (monthly["departed_late"].idxmin(), monthly["departed_late"].idxmax()) == (9, 7)
    assert monthly["departed_late"].agg(["min", "max"]).tolist() == pytest.approx([0.139, 0.296], abs=5e-4)
    assert (monthly["cancelled"].idxmin(), monthly["cancelled"].idxmax()) == (10, 2)
    assert monthly["cancelled"].agg(["min", "max"]).tolist() == pytest.approx([0.008, 0.051], abs=5e-4)


def test_the_labels_of_the_wide_study(table: pd.DataFrame) -> None:
    assert table["air_time"].agg(["min", "max"]).tolist() == [20, 695]
    assert table["gain"].agg(["min", "max"]).tolist() == [-60, 60]
    assert set(table["arrived_late"].dropna()) == {0.0, 1.0}
    assert table["cancelled"].notna().all()
    assert (
        table.loc[table["cancelled"] == 1, ["departed_late", "arrived_late", "air_time", "gain"]].isna().all(axis=None)
    )


def test_no_feature_is_known_only_afterwards() -> None:
    features = load_spec("flights", examples.specs()).features.columns
    assert [name for name in features if any(word in name for word in AFTERWARDS + PLANE)] == []


def test_weather_is_that_of_the_airport_in_the_scheduled_hour(table: pd.DataFrame) -> None:
    assert table["visib"].isna().mean() == pytest.approx(0.0046, abs=1e-4)
    hours = table.groupby(["origin", "day", "hour"])["temp"].nunique(dropna=False)
    assert (hours == 1).all()
    assert table["wind_gust"].isna().equals(table["wind_speed"].isna())
    assert table["wind_speed"].max() < 100


def test_departures_are_counted_at_the_airport(table: pd.DataFrame) -> None:
    in_day = table.groupby(["origin", "day"])["departures_in_day"].agg(["nunique", "first", "size"])
    assert (in_day["nunique"] == 1).all()
    assert (in_day["first"] == in_day["size"]).all()
    in_hour = table.groupby(["origin", "day", "hour"])["departures_in_hour"].agg(["nunique", "first", "size"])
    assert (in_hour["nunique"] == 1).all()
    assert (in_hour["first"] == in_hour["size"]).all()


def test_the_first_flight_of_the_year(table: pd.DataFrame) -> None:
    first = table.iloc[0]
    assert first["day"] == pd.Timestamp("2013-01-01")
    assert (first["carrier"], first["flight"], first["origin"], first["dest"]) == ("UA", 1545, "EWR", "IAH")
    assert first["departure"] == pytest.approx(5.25)
    assert first["arrival_sin"] == pytest.approx(0.8217, abs=1e-4)  # 8:19
    assert first["weekday"] == "Tuesday"
    assert (first["delayed_EWR"], first["arrived_late"], first["gain"]) == (0, 0, -9)


def test_the_sides_are_whole_days_in_order(table: pd.DataFrame) -> None:
    spec = load_spec("flights", examples.specs())
    split = split_rows(spec, table)
    first, last = [], []
    for side in ("train", "validation", "test"):
        days = table["day"].iloc[split.rows(side)]
        first.append(days.min().date().isoformat())
        last.append(days.max().date().isoformat())
    assert first == ["2013-03-27", "2013-04-24", "2013-05-01"]
    assert last == ["2013-04-23", "2013-04-30", "2013-05-31"]
    assert spec.unit_column == "day"
