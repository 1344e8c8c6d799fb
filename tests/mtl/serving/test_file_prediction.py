"""Predictions of whole files: those of the server, in the file's order, whole or not at all, and once for each row."""

from dataclasses import replace
from pathlib import Path

import httpx
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from filelock import FileLock

from mtl.data.formats import parquet
from mtl.data.frame import write_frame
from mtl.data.prepared import prepare
from mtl.errors import DataError, UserError
from mtl.models.sharing.hard import Hard
from mtl.serving import file_answers, file_parts
from mtl.serving.app import create_app
from mtl.serving.bundle import Bundle, load_bundle, write_bundle
from mtl.serving.compared import difference, plain_columns
from mtl.serving.file_prediction import FilesPredicted, predict_files
from mtl.serving.reload import FixedSource, Follower, Served
from mtl.serving.server import running
from tests.mtl.serving import wide
from tests.mtl.serving.test_dates_and_truth_values import STUDY as VISITS
from tests.mtl.serving.test_dates_and_truth_values import visits
from tests.mtl.serving.trained import Trained, trained_on

SAME = 1e-6


@pytest.fixture(scope="session")
def thirty(tmp_path_factory: pytest.TempPathFactory) -> Served:
    return Follower(FixedSource("7", wide.bundle(tmp_path_factory.mktemp("wide") / "bundle"))).served


def predicted(
    served: Served, files: list[Path], out: Path, part_rows: int = 1 << 20
) -> tuple[FilesPredicted, pd.DataFrame]:
    found = predict_files("demo", served, files, out, lambda rows: None, part_rows)
    return found, pd.read_parquet(out)


def asked_over_http(folder: Path, bundle: Bundle, table: pd.DataFrame) -> pd.DataFrame:
    app = create_app("demo", Follower(FixedSource("7", folder)))
    with running(app) as port, httpx.Client(trust_env=False, timeout=30) as client:
        body = {"inputs": plain_columns(bundle, table)}
        return pd.DataFrame(client.post(f"http://127.0.0.1:{port}/invocations", json=body).json()["predictions"])


def require_the_servers_answers(folder: Path, table: pd.DataFrame, tmp_path: Path) -> None:
    served = Follower(FixedSource("7", folder)).served
    bundle = load_bundle(folder)
    expected = asked_over_http(folder, bundle, table.reset_index(drop=True))
    table.to_parquet(tmp_path / "rows.parquet")
    table.to_csv(tmp_path / "rows.csv", index=False)
    for name in ("rows.parquet", "rows.csv"):
        _, found = predicted(served, [tmp_path / name], tmp_path / "out.parquet")
        assert list(found.columns) == [output.name for output in bundle.outputs]
        assert difference(found, expected, SAME) is None
    _, slowly = predicted(replace(served, compiled=None), [tmp_path / "rows.csv"], tmp_path / "out.parquet")
    assert difference(slowly, expected, SAME) is None


@pytest.mark.parametrize("members", [1, 8])
def test_numbers_are_predicted_as_over_http(members: int, tmp_path: Path) -> None:
    require_the_servers_answers(wide.bundle(tmp_path / "bundle", members=members), wide.rows(5000), tmp_path)


def test_texts_and_categories_are_predicted_as_over_http(
    trained: Trained, trained_folder: Path, loaded: Bundle, tmp_path: Path
) -> None:
    columns = [column.name for column in loaded.columns]
    require_the_servers_answers(trained_folder, trained.table[columns], tmp_path)


def test_dates_and_truth_values_are_predicted_as_over_http(tmp_path: Path) -> None:
    frame = write_frame(visits(), tmp_path / "frames")
    left = trained_on(frame.table, prepare(VISITS, frame, tmp_path / "prepared"), Hard())
    rows = frame.table[list(VISITS.features.columns)]
    write_bundle(tmp_path / "bundle", left.prepared.tasks, left.prepared.transforms, left.shape, left.weights, rows[:3])
    require_the_servers_answers(tmp_path / "bundle", rows, tmp_path)


def test_the_key_goes_along_as_it_is_and_nothing_else_does(tmp_path: Path) -> None:
    """A column of the key that the file lacks is left out, and one that has a task's name is named for what it is."""
    folder = wide.bundle(tmp_path / "bundle")
    served = Follower(FixedSource("7", folder)).served
    keyed = replace(served, predictor=replace(load_bundle(folder), key=("id", "task_0", "gone")))
    rows = wide.rows(4).assign(id=["007", "8", "9", ""], task_0=[1, 2, 3, 4], label=1.0)
    rows.to_csv(tmp_path / "rows.csv", index=False)
    _, found = predicted(keyed, [tmp_path / "rows.csv"], tmp_path / "out.parquet")
    assert list(found.columns) == ["id", "key.task_0", *(f"task_{k}" for k in range(6))]
    assert found["id"].tolist()[:3] == ["007", "8", "9"]
    assert found["key.task_0"].tolist() == ["1", "2", "3", "4"]


def test_keys_of_several_files_have_the_type_of_the_first(tmp_path: Path) -> None:
    folder = wide.bundle(tmp_path / "bundle")
    keyed = replace(Follower(FixedSource("7", folder)).served, predictor=replace(load_bundle(folder), key=("id",)))
    for name, key in (("a", ["x", "y"]), ("b", [1, 2]), ("c", [1, None])):
        wide.rows(2).assign(id=pd.Series(key)).to_parquet(tmp_path / f"{name}.parquet")
    wide.rows(2).to_parquet(tmp_path / "none.parquet")
    out = tmp_path / "out.parquet"
    assert predicted(keyed, [tmp_path / "a.parquet", tmp_path / "b.parquet"], out)[1]["id"].tolist() == list("xy12")
    assert predicted(keyed, [tmp_path / "b.parquet", tmp_path / "c.parquet"], out)[1]["id"].isna().sum() == 1
    for second in ("a", "none"):
        with pytest.raises(DataError, match=rf"the key of '.*{second}\.parquet' is not what it is in the first file"):
            predicted(keyed, [tmp_path / "b.parquet", tmp_path / f"{second}.parquet"], out)


class Killed(BaseException):
    """What ends a run from outside."""


def test_an_interrupted_run_goes_on_and_predicts_no_row_twice(
    thirty: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "ROWS", 70)
    files = [tmp_path / "first.parquet", tmp_path / "second.csv"]
    wide.rows(250, seed=1).to_parquet(files[0], row_group_size=70)
    wide.rows(130, seed=2).to_csv(files[1], index=False)
    _, expected = predicted(thirty, files, tmp_path / "expected.parquet")
    out = tmp_path / "out.parquet"
    for done in (140, 250, 380):
        seen: list[int] = []

        def told(rows: int, seen: list[int] = seen, done: int = done) -> None:
            seen.append(rows)
            if rows >= done:
                raise Killed

        with pytest.raises(Killed):
            predict_files("demo", thirty, files, out, told, 100)
        assert not out.exists()
        assert seen[0] in (0, 140, 250)
    found, whole = predicted(thirty, files, out, 100)
    assert found == FilesPredicted(rows=380, reused=380, without=0)
    pd.testing.assert_frame_equal(whole, expected)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "expected.parquet",
        "first.parquet",
        "out.parquet",
        "second.csv",
    ]


def test_a_slow_model_leaves_parts_before_they_are_long(
    thirty: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_answers, "PART_SECONDS", 0.0)
    monkeypatch.setattr(parquet, "ROWS", 30)
    wide.rows(90, seed=1).to_parquet(tmp_path / "rows.parquet")
    told: list[int] = []
    predict_files("demo", thirty, [tmp_path / "rows.parquet"], tmp_path / "out.parquet", told.append)
    assert told == [0, 30, 60, 90]


@pytest.mark.parametrize("change", ["rows", "version", "damage"])
def test_parts_of_something_else_are_made_anew(
    change: str, thirty: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "ROWS", 100)
    file, out = tmp_path / "rows.parquet", tmp_path / "out.parquet"
    wide.rows(300, seed=1).to_parquet(file, row_group_size=100)

    def told(rows: int) -> None:
        if rows >= 200:
            raise Killed

    with pytest.raises(Killed):
        predict_files("demo", thirty, [file], out, told, 100)
    served = thirty
    if change == "rows":
        wide.rows(300, seed=2).to_parquet(file, row_group_size=100)
    elif change == "version":
        served = Follower(FixedSource("8", wide.bundle(tmp_path / "other", seed=5))).served
    else:
        first = min((tmp_path / "out.parquet.parts").rglob("*.parquet"))
        first.write_bytes(first.read_bytes()[:-20])
    found, rows = predicted(served, [file], out)
    assert (found.rows, found.reused) == (300, 0)
    assert difference(rows, served.predictor.predict(pd.read_parquet(file)), SAME) is None


def test_two_processes_do_not_write_one_file(thirty: Served, tmp_path: Path) -> None:
    wide.rows(3).to_parquet(tmp_path / "rows.parquet")
    side = tmp_path / "out.parquet.parts"
    side.mkdir()
    with FileLock(side / "lock"), pytest.raises(UserError, match="OUT: another process is writing"):
        predicted(thirty, [tmp_path / "rows.parquet"], tmp_path / "out.parquet")


def test_a_result_that_is_there_stays_until_the_new_one_is_whole(thirty: Served, tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    wide.rows(3).to_parquet(tmp_path / "rows.parquet")
    predicted(thirty, [tmp_path / "rows.parquet"], out)
    before = out.read_bytes()
    wide.rows(3).assign(x3=["1", "much", "2"]).to_parquet(tmp_path / "rows.parquet")
    with pytest.raises(DataError, match=r"column 'x3' expects a number or null; got a string '1' in row 0, counted"):
        predicted(thirty, [tmp_path / "rows.parquet"], out)
    assert out.read_bytes() == before


@pytest.mark.slow
def test_a_cell_that_is_none_is_named_by_its_row_in_the_file(thirty: Served, tmp_path: Path) -> None:
    rows = wide.rows(66_001)
    rows["x3"] = rows["x3"].astype(object)
    rows.loc[66_000, "x3"] = "much"
    rows.to_csv(tmp_path / "rows.csv", index=False)
    with pytest.raises(DataError, match=r"rows\.csv': column 'x3' expects a number or null; .*'much' in row 66000,"):
        predicted(thirty, [tmp_path / "rows.csv"], tmp_path / "out.parquet")


def test_missing_and_repeated_columns_are_all_named_before_anything_is_done(thirty: Served, tmp_path: Path) -> None:
    wide.rows(3).drop(columns=["x3", "x7"]).to_parquet(tmp_path / "rows.parquet")
    with pytest.raises(UserError, match=r"IN: '.*rows\.parquet': column 'x3' is missing, and so is 'x7'"):
        predicted(thirty, [tmp_path / "rows.parquet"], tmp_path / "out.parquet")
    twice = pd.concat([wide.rows(3), wide.rows(3)[["x1"]]], axis=1)
    twice.to_csv(tmp_path / "rows.csv", index=False)
    with pytest.raises(UserError, match=r"each column once; repeated: x1"):
        predicted(thirty, [tmp_path / "rows.csv"], tmp_path / "out.parquet")
    assert not (tmp_path / "out.parquet").exists()


def test_no_row_is_no_result(thirty: Served, tmp_path: Path) -> None:
    wide.rows(0).to_csv(tmp_path / "rows.csv", index=False)
    with pytest.raises(DataError, match="holds no row"):
        predicted(thirty, [tmp_path / "rows.csv"], tmp_path / "out.parquet")


def test_numbers_of_any_type_are_numbers_and_what_float32_cannot_hold_is_missing(
    thirty: Served, tmp_path: Path
) -> None:
    rows = wide.rows(3).fillna(0.0).round()
    typed = rows.assign(x0=rows["x0"].astype("Int16"), x1=rows["x1"].astype(np.float32), x2=[True, False, True])
    typed.loc[1, "x0"], typed.loc[2, "x4"] = pd.NA, np.inf
    typed.to_parquet(tmp_path / "rows.parquet")
    plain = rows.assign(x2=[1.0, 0.0, 1.0])
    plain.loc[1, "x0"] = plain.loc[2, "x4"] = np.nan
    _, found = predicted(thirty, [tmp_path / "rows.parquet"], tmp_path / "out.parquet")
    assert difference(found, thirty.predictor.predict(plain), SAME) is None


def test_what_is_not_finite_is_null_and_counted(thirty: Served, tmp_path: Path) -> None:
    assert thirty.compiled is not None
    form = thirty.compiled.form
    broken = replace(thirty.compiled, form=replace(form, scale=np.where(np.arange(6) == 3, np.inf, form.scale)))
    wide.rows(3).to_parquet(tmp_path / "rows.parquet")
    found, rows = predicted(replace(thirty, compiled=broken), [tmp_path / "rows.parquet"], tmp_path / "out.parquet")
    assert found.without == 3
    assert rows.isna().all(axis=None)


def test_a_file_that_changes_meanwhile_is_no_file_of_one_state(thirty: Served, tmp_path: Path) -> None:
    file = tmp_path / "rows.parquet"
    wide.rows(3).to_parquet(file)
    with pytest.raises(DataError, match="IN was changed while it was read"):
        predict_files("demo", thirty, [file], tmp_path / "out.parquet", lambda rows: wide.rows(4).to_parquet(file))


def test_memory_is_bounded_by_parts_and_not_by_rows(
    thirty: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_parts, "PART_ROWS", 40_000)
    file = tmp_path / "rows.parquet"
    wide.rows(100_000).to_parquet(file, row_group_size=100_000)
    found, rows = predicted(thirty, [file], tmp_path / "out.parquet", 30_000)
    assert (found.rows, len(rows)) == (100_000, 100_000)
    assert difference(rows, thirty.predictor.predict(pd.read_parquet(file)), SAME) is None
    written = pq.read_metadata(tmp_path / "out.parquet")
    assert [written.row_group(group).num_rows for group in range(3)] == [40_000, 40_000, 20_000]
