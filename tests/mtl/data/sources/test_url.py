"""Files of a web server and of a store in memory: the same data as those on a disk; nothing is fetched for nothing."""

from pathlib import Path

import fsspec
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from mtl.data.read_table import read_source
from mtl.data.sources.url import FETCHED, FILES, UrlSource
from mtl.errors import DataError, MtlError, SpecError
from mtl.spec import Spec, parse_spec
from tests.file_server import Bare, Closed, Pages, serving
from tests.mtl.data.patients import TEXT, patients

SPLIT = "split: {by: hash, validation: 0.2, test: 0.2}\n"


def study(url: str, more: str = "") -> Spec:
    text = TEXT.replace("path: patients.parquet", f"url: '{url}'{more}")
    return parse_spec(text + SPLIT, "patients.yaml")


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    folder = tmp_path / "served"
    folder.mkdir()
    patients(60).to_parquet(folder / "rows.parquet")
    return folder


def test_rows_of_a_server_are_those_of_the_file(rows: Path, tmp_path: Path) -> None:
    with serving(rows) as (address, _):
        frame = read_source(study(f"{address}/rows.parquet"), tmp_path / "cache", tmp_path / "frames")
    from_file = parse_spec(TEXT.replace("patients.parquet", str(rows / "rows.parquet")) + SPLIT, "patients.yaml")
    assert frame.digest == read_source(from_file, tmp_path / "cache", tmp_path / "frames").digest


def test_a_file_that_has_not_changed_is_fetched_once(rows: Path, tmp_path: Path) -> None:
    with serving(rows) as (address, asked):
        source = f"{address}/rows.parquet"
        UrlSource(source).read(tmp_path)
        first = len(asked)
        assert_frame_equal(UrlSource(source).read(tmp_path), patients(60))
        assert len(asked) == first
        patients(61).to_parquet(rows / "rows.parquet")
        assert len(UrlSource(source).read(tmp_path)) == 61


@pytest.mark.parametrize("kind", [Pages, Bare])
def test_a_copy_that_was_damaged_is_fetched_again(kind: type[Pages], rows: Path, tmp_path: Path) -> None:
    with serving(rows, kind) as (address, _):
        source = f"{address}/rows.parquet"
        UrlSource(source).read(tmp_path)
        [kept] = (tmp_path / FETCHED).glob(f"*/{FILES}/*")
        kept.write_bytes(kept.read_bytes()[:-100])
        assert_frame_equal(UrlSource(source).read(tmp_path), patients(60))


def test_of_a_server_that_tells_no_contents_apart_all_is_fetched_each_time(rows: Path, tmp_path: Path) -> None:
    with serving(rows, Bare) as (address, asked):
        spec = study(f"{address}/rows.parquet")
        read_source(spec, tmp_path / "cache", tmp_path / "frames")
        first = asked.count("/rows.parquet")
        read_source(spec, tmp_path / "cache", tmp_path / "frames")
        assert asked.count("/rows.parquet") == 2 * first


def test_text_is_read_in_the_dialect_of_the_spec(tmp_path: Path) -> None:
    folder = tmp_path / "served"
    folder.mkdir()
    text = patients(60).to_csv(index=False, sep=";", decimal=",")
    (folder / "rows.csv").write_bytes(text.encode("latin-1"))
    with serving(folder) as (address, _):
        spec = study(f"{address}/rows.csv", ", separator: ';', decimal: ',', encoding: latin-1")
        assert read_source(spec, tmp_path / "cache", tmp_path / "frames").rows == 60


def test_a_pattern_names_several_files_which_are_one_table(tmp_path: Path) -> None:
    store, table = fsspec.filesystem("memory"), patients(60)
    for number, part in enumerate((table[:20], table[20:])):
        with store.open(f"/shop/day-{number}.csv", "w") as file:
            part.to_csv(file, index=False)
    try:
        whole = UrlSource("memory://shop/day-*.csv").read(tmp_path)
        assert len(whole) == 60
        assert whole["id"].tolist() == table["id"].tolist()
        assert len(UrlSource("memory://shop/day-1.csv").read(tmp_path)) == 40
    finally:
        store.rm("/shop", recursive=True)


def test_a_large_file_is_read_column_by_column(rows: Path, tmp_path: Path) -> None:
    with serving(rows) as (address, _):
        small = read_source(study(f"{address}/rows.parquet"), tmp_path / "cache", tmp_path / "frames")
        asked = study(f"{address}/rows.parquet", ", in_memory_mb: 0")
        assert read_source(asked, tmp_path / "cache", tmp_path / "frames").digest == small.digest
        (tmp_path / "scratch").mkdir()
        assert UrlSource(f"{address}/rows.parquet").by_column(tmp_path, tmp_path / "scratch", 0) is not None


@pytest.mark.parametrize(
    ("url", "kind", "said"),
    [
        ("{address}/none.parquet", SpecError, "no file '{address}/none.parquet'; give an address such as https://"),
        ("{address}/rows.xlsx", SpecError, "cannot read '.xlsx'; allowed: .csv"),
        (
            "http://127.0.0.1:1/rows.csv",
            DataError,
            "'http://127.0.0.1:1/rows.csv' cannot be fetched: Connect call failed",
        ),
        ("nowhere://host/rows.csv", SpecError, "'nowhere://host/rows.csv' is no address of a file, such as https://"),
        ("memory://shop/none-*.csv", SpecError, "no file 'memory://shop/none-*.csv'; give an address"),
        ("http://me:secret@127.0.0.1:1/rows.csv", SpecError, "url: a password stands in http://me:***@127.0.0.1:1/"),
        ("abfs://box/rows.csv", SpecError, "'abfs://box/rows.csv' needs a package: Install adlfs"),
    ],
)
def test_mistakes_are_told_in_one_line_without_secrets(
    url: str, kind: type[MtlError], said: str, rows: Path, tmp_path: Path
) -> None:
    (rows / "rows.xlsx").touch()
    with serving(rows) as (address, _), pytest.raises(kind) as caught:
        read_source(study(url.format(address=address)), tmp_path / "cache", tmp_path / "frames")
    told = str(caught.value)
    assert told.startswith(f"patients.yaml:2: data.url: {said.format(address=address)}")
    assert "\n" not in told
    assert "secret" not in told


def test_a_server_that_refuses_is_not_taken_for_one_without_the_file(rows: Path, tmp_path: Path) -> None:
    with serving(rows, Closed) as (address, _), pytest.raises(DataError, match=r"cannot be fetched: 403.*Forbidden"):
        UrlSource(f"{address}/rows.parquet").read(tmp_path)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "below.csv").mkdir()
    with pytest.raises(SpecError, match=r"below\.csv' is a folder; name its files by a pattern"):
        UrlSource(f"file://{tmp_path}/below.csv").read(tmp_path / "cache")


def test_what_is_there_is_what_is_read_whatever_the_order(tmp_path: Path) -> None:
    """Two columns in two files in another order are still one table."""
    pd.DataFrame({"a": [1], "b": [2]}).to_csv(tmp_path / "part-0.csv", index=False)
    pd.DataFrame({"b": [4], "a": [3]}).to_csv(tmp_path / "part-1.csv", index=False)
    table = UrlSource(f"file://{tmp_path}/part-*.csv").read(tmp_path / "cache")
    assert_frame_equal(table, pd.DataFrame({"a": [1, 3], "b": [2, 4]}))
