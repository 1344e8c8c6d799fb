from pathlib import Path

import pandas as pd
import pytest

from mtl.errors import UserError
from mtl.monitoring.prediction_files import read_predictions


def write(folder: Path, day: str, version: str, hours: list[int], **columns: list[float]) -> None:
    times = [pd.Timestamp(f"{day}T{hour:02}:00", tz="UTC") for hour in hours]
    rows = pd.DataFrame({"key.id": [str(hour) for hour in hours], "version": version, "time": times, **columns})
    (folder / day).mkdir(parents=True, exist_ok=True)
    rows.to_parquet(folder / day / f"{version}-{hours[0]}.parquet")


def test_a_versions_rows_are_read_from_all_days_the_earliest_first(tmp_path: Path) -> None:
    write(tmp_path, "2024-05-02", "3", [1, 0], a=[1.0, 2.0])
    write(tmp_path, "2024-05-01", "3", [5], a=[3.0])
    write(tmp_path, "2024-05-01", "2", [4], b=[4.0])
    found = read_predictions(tmp_path, "3")
    assert found["a"].tolist() == [3.0, 2.0, 1.0]
    assert "b" not in found
    assert set(found["version"]) == {"3"}


def test_of_a_version_that_was_never_asked_there_is_no_row(tmp_path: Path) -> None:
    write(tmp_path, "2024-05-01", "2", [4])
    assert len(read_predictions(tmp_path, "3")) == 0


def test_a_column_that_came_later_is_missing_before(tmp_path: Path) -> None:
    write(tmp_path, "2024-05-01", "3", [1])
    write(tmp_path, "2024-05-02", "3", [1], a=[7.0])
    assert read_predictions(tmp_path, "3")["a"].isna().tolist() == [True, False]


def test_what_is_no_log_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds no file of one"):
        read_predictions(tmp_path / "nowhere", "3")
    with pytest.raises(UserError, match="holds no file of one"):
        read_predictions(tmp_path, "3")
    (tmp_path / "2024-05-01").mkdir()
    (tmp_path / "2024-05-01" / "x.parquet").write_bytes(b"nonsense")
    with pytest.raises(UserError, match="is no file of a prediction log"):
        read_predictions(tmp_path, "3")
