"""Files that are predicted side by side leave what one after the other does."""

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import ParamSpec, TypeVar

import pandas as pd
import pyarrow.parquet as pq
import pytest

from mtl.data.formats import parquet
from mtl.errors import DataError, MtlError, UserError
from mtl.serving.bundle import load_bundle
from mtl.serving.file_answers import FileAnswers
from mtl.serving.file_parts import FileParts
from mtl.serving.file_prediction import FilesPredicted, predict_files
from mtl.serving.reload import FixedSource, Follower, Served
from mtl.serving.rest_of_file import BundleThere, RestOfFile, predict_rest
from tests.mtl.serving import bundles, wide

P = ParamSpec("P")
T = TypeVar("T")

ROWS = (250, 130, 0, 70)


@pytest.fixture(scope="module")
def thirty(tmp_path_factory: pytest.TempPathFactory) -> Served:
    return Follower(FixedSource("7", wide.bundle(tmp_path_factory.mktemp("wide") / "bundle"))).served


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Of different lengths, one of them empty; what is read at a time is less than most hold."""
    monkeypatch.setattr(parquet, "ROWS", 40)
    found = [tmp_path / f"rows-{number}.parquet" for number in range(len(ROWS))]
    for seed, (file, rows) in enumerate(zip(found, ROWS, strict=True)):
        wide.rows(rows, seed).to_parquet(file, row_group_size=40)
    return found


def nothing(rows: int) -> None:
    """Told, and not noted."""


def rest_of(served: Served, file: Path, folder: Path, start: int = 0) -> RestOfFile:
    folder.mkdir(parents=True, exist_ok=True)
    answers = FileAnswers.of(served)
    schema = next(answers.answers(file, 0)).schema
    bundle = BundleThere(served.version, answers.bundle.folder, answers.bundle.digest)
    return RestOfFile(bundle, file, 0, start, FileParts(folder), schema)


def test_side_by_side_leaves_the_same_bytes_and_tells_of_each_file(
    thirty: Served, files: list[Path], tmp_path: Path
) -> None:
    told: list[int] = []
    predict_files("demo", thirty, files, tmp_path / "here.parquet", nothing, 100)
    with ThreadPoolExecutor(2) as apart:
        found = predict_files("demo", thirty, files, tmp_path / "there.parquet", told.append, apart=apart)
    assert found == FilesPredicted(rows=450, reused=0, without=0)
    assert (tmp_path / "there.parquet").read_bytes() == (tmp_path / "here.parquet").read_bytes()
    steps = sorted(after - before for before, after in pairwise(told))
    assert (told[0], steps) == (0, sorted(ROWS))


def test_texts_are_the_same_bytes(tmp_path: Path) -> None:
    served = Follower(FixedSource("1", bundles.bundle(tmp_path / "bundle", seed=1))).served
    for number in range(2):
        bundles.rows(60).to_csv(tmp_path / f"rows-{number}.csv", index=False)
    files = sorted(tmp_path.glob("*.csv"))
    predict_files("demo", served, files, tmp_path / "here.parquet", nothing)
    with ThreadPoolExecutor(1) as apart:
        predict_files("demo", served, files, tmp_path / "there.parquet", nothing, apart=apart)
    assert (tmp_path / "there.parquet").read_bytes() == (tmp_path / "here.parquet").read_bytes()


class Gives(Executor):
    """Makes so many calls, one after the other, and loses the others with whoever was to make them."""

    def __init__(self, calls: int) -> None:
        self.calls, self.made = calls, 0

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        answer: Future[T] = Future()
        self.made += 1
        if self.made > self.calls:
            answer.set_exception(MtlError("the worker was lost"))
        else:
            answer.set_result(fn(*args, **kwargs))
        return answer


def test_files_that_are_done_are_not_predicted_again(thirty: Served, files: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    predict_files("demo", thirty, files, tmp_path / "expected.parquet", nothing)
    with pytest.raises(MtlError, match="the worker was lost"):
        predict_files("demo", thirty, files, out, nothing, apart=Gives(2))
    assert not out.exists()
    found = predict_files("demo", thirty, files, out, nothing, apart=(rest := Gives(99)))
    assert (found.rows, found.reused, rest.made) == (450, 380, 2)
    assert out.read_bytes() == (tmp_path / "expected.parquet").read_bytes()


class Killed(BaseException):
    """What ends a run from outside."""


def test_what_is_left_here_is_ended_there_and_the_other_way_round(
    thirty: Served, files: list[Path], tmp_path: Path
) -> None:
    predict_files("demo", thirty, files, tmp_path / "expected.parquet", nothing)

    def told(rows: int) -> None:
        if rows >= 120:
            raise Killed

    with pytest.raises(Killed):
        predict_files("demo", thirty, files, tmp_path / "first.parquet", told, 120)
    there = predict_files("demo", thirty, files, tmp_path / "first.parquet", nothing, apart=Gives(99))
    assert (there.rows, there.reused) == (450, 120)
    with pytest.raises(MtlError, match="the worker was lost"):
        predict_files("demo", thirty, files, tmp_path / "second.parquet", nothing, apart=Gives(1))
    here = predict_files("demo", thirty, files, tmp_path / "second.parquet", nothing)
    assert (here.rows, here.reused) == (450, 250)
    for name in ("first", "second"):
        assert (tmp_path / f"{name}.parquet").read_bytes() == (tmp_path / "expected.parquet").read_bytes()


def test_who_was_taken_for_lost_and_wakes_leaves_the_same(thirty: Served, files: list[Path], tmp_path: Path) -> None:
    rest = rest_of(thirty, files[0], tmp_path / "parts", start=100)
    assert predict_rest(rest) == 150
    [part] = rest.parts.files
    first = part.read_bytes()
    assert predict_rest(rest) == 150
    assert rest.parts.files == [part]
    assert part.read_bytes() == first
    expected = load_bundle(rest.bundle.folder).predict(pd.read_parquet(files[0])[100:])
    pd.testing.assert_frame_equal(pq.read_table(part).to_pandas(), expected.reset_index(drop=True), atol=1e-6)


def test_a_process_that_does_not_see_what_this_one_sees_says_so(
    thirty: Served, files: list[Path], tmp_path: Path
) -> None:
    rest = rest_of(thirty, files[0], tmp_path / "parts")
    for other, told in (
        (replace(rest, file=tmp_path / "gone.parquet"), r"IN: .* does not see '.*gone\.parquet'; with MTL_DASK all"),
        (replace(rest, parts=FileParts(tmp_path / "nowhere")), r"OUT: .* does not see '.*nowhere'"),
    ):
        with pytest.raises(UserError, match=told):
            predict_rest(other)
    elsewhere = wide.bundle(tmp_path / "other", seed=5)
    with pytest.raises(MtlError, match="holds another bundle than here"):
        predict_rest(replace(rest, bundle=replace(rest.bundle, folder=elsewhere)))
    assert list((tmp_path / "parts").iterdir()) == []


def test_a_file_with_another_key_or_a_cell_that_is_none_is_named(
    thirty: Served, files: list[Path], tmp_path: Path
) -> None:
    wide.rows(9).assign(x3="much").to_parquet(files[3])
    with pytest.raises(DataError, match=r"rows-3\.parquet': column 'x3' expects a number"):
        predict_files("demo", thirty, files, tmp_path / "out.parquet", nothing, apart=Gives(99))
    assert not (tmp_path / "out.parquet").exists()


def test_no_row_in_any_file_is_no_result(thirty: Served, files: list[Path], tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no row"):
        predict_files("demo", thirty, [files[2], files[2]], tmp_path / "out.parquet", nothing, apart=Gives(99))
