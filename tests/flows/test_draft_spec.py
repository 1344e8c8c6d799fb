"""`mtl init` on files of every shape: what it writes passes the check and runs; what it cannot read it says."""

import gzip
import io
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TypedDict, Unpack

import pytest
import yaml
from rich.console import Console

from flows.draft_spec import Asked, as_pattern, draft_spec
from flows.running import check_data
from mtl.errors import DataError, MtlError, UserError
from mtl.spec import ColumnSplit, Spec, load_spec
from tests.data_checks.houses import houses
from tests.flows import clinics
from tests.mtl.draft.shapes import LARGE, SHAPES

ROWS = "a;b;klass\n1;2,5;x\n2;3,5;y\n"
CUT_OFF = gzip.compress(ROWS.encode() * 99, mtime=0)[:-9]


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    clinics.stay(monkeypatch, tmp_path / "home")


class Told(TypedDict, total=False):
    """What is typed beside files, by the names of `Asked`."""

    targets: Sequence[str]
    key: Sequence[str]
    name: str
    out: Path
    force: bool
    sql: tuple[str, str]


def init(*files: str, answers: tuple[str, ...] | None = None, **asked: Unpack[Told]) -> tuple[Spec, str]:
    """The spec that is written, and what is printed."""
    printed, left = io.StringIO(), iter(answers or ())
    ask = None if answers is None else lambda _: next(left)
    out = draft_spec(Asked(files, **asked), Console(file=printed, width=500), ask)
    return load_spec(out), printed.getvalue()


def problem(*files: str, kind: type[MtlError] = UserError, **asked: Unpack[Told]) -> str:
    with pytest.raises(kind) as caught:
        init(*files, **asked)
    assert not list(Path().glob("*.yaml"))
    return str(caught.value)


def written(shape: str) -> Spec:
    drawn = SHAPES[shape]
    drawn.write(Path(drawn.file))
    return init(drawn.file, targets=drawn.targets, name="drafted")[0]


def cheap(spec: Path) -> None:
    """The same study with a budget that a test has."""
    plain = yaml.safe_load(spec.read_text(encoding="utf-8"))
    plain |= {"model": {"trunk": [8], "members": 1}, "training": {"epochs": 2, "patience": 1, "batch_size": 256}}
    plain |= {"baselines": ["linear"], "seeds": [0], "schemes": ["equal"], "evaluation": {"resamples": 200}}
    spec.write_text(yaml.safe_dump(plain, allow_unicode=True), encoding="utf-8")


@pytest.mark.parametrize(
    "shape",
    [pytest.param(name, marks=(pytest.mark.faults, pytest.mark.long)) if name in LARGE else name for name in SHAPES],
)
def test_what_is_written_passes_the_check_unchanged(shape: str) -> None:
    written(shape)
    report = check_data("drafted.yaml")
    assert report.passed, report.summary()
    assert len(Path("drafted.yaml").read_text(encoding="utf-8").splitlines()) < 120


@pytest.mark.faults
@pytest.mark.parametrize(
    "shape",
    ["a text", *(pytest.param(name, marks=pytest.mark.long) for name in ("events of entities", "a published split"))],
)
def test_what_is_written_reaches_a_decision(shape: str, tmp_path: Path) -> None:
    written(shape)
    cheap(Path("drafted.yaml"))
    finished = clinics.mtl(tmp_path / "home", "run", "drafted.yaml", "--json")
    assert finished.status == 0, finished.err
    assert finished.outcome["decision"]["sentence"]


def test_wide_features_go_by_patterns() -> None:
    spec = written("40 sparse targets")
    assert [entry for _, _, entry in spec.features.entries()] == ["fp_*"]
    assert len(spec.tasks) == 40
    assert {task.metric for task in spec.tasks.values()} >= {"average_precision"}


def test_dates_marks_and_separators_are_said_in_the_spec() -> None:
    data = written("three formats of dates").data
    assert data.dates == {"born": "%d.%m.%Y", "seen": "%m/%d/%Y %H:%M"}
    assert (data.separator, data.decimal, data.encoding, data.missing) == (";", ",", None, (-999, "?"))


def test_names_keep_their_letters_where_they_may() -> None:
    spec = written("other letters")
    assert (spec.data.encoding, spec.data.key) == ("cp1252", ("Käufer-Nr",))
    assert spec.features.columns == ("Größe (m²)", "naïve, Wert", "Straße")
    assert {name: spec.label(name) for name in spec.tasks} == {"Preis": "Preis €"}


def test_rows_of_one_entity_stay_together() -> None:
    split = written("events of entities").split
    assert (split.by, getattr(split, "column", None)) == ("group", "customerId")


def test_a_published_split_is_kept() -> None:
    split = written("a published split").split
    assert isinstance(split, ColumnSplit)
    assert split.values == {"train": ("train",), "validation": ("val",), "test": ("test",)}


def test_copies_of_a_label_and_constants_are_no_features(tmp_path: Path) -> None:
    table = houses().assign(cents=lambda each: 100 * each["price"], nothing=None, one=1)
    table.to_csv("houses.csv", index=False)
    spec, told = init("houses.csv", targets=("price", "sold"))
    assert {"cents", "nothing", "one", "house"}.isdisjoint(spec.features.columns)
    assert "Left out: cents: tells price in every row, and is left out as a copy of it" in told
    assert "Left out: one: holds one value" in told
    assert "Left out: nothing: holds no value" in told
    text = Path("houses.yaml").read_text(encoding="utf-8")
    assert "#   one: holds one value" in text
    assert "# Not sure of:" in text


def test_only_a_likely_column_is_taken_unasked() -> None:
    houses().to_csv("houses.csv", index=False)
    assert problem("houses.csv") == (
        "--target: no column is named as a target is; say which is to be learned, --target COLUMN; the last are town,"
        " garden, price, sold, grade"
    )
    houses().rename(columns={"sold": "target_sold"}).to_csv("sold.csv", index=False)
    assert list(init("sold.csv")[0].tasks) == ["target_sold"]
    houses().rename(columns={"sold": "target_sold", "price": "y"}).to_csv("both.csv", index=False)
    Path("sold.yaml").unlink()
    assert problem("both.csv") == (
        "--target: 2 columns may be asked for (y, target_sold); say which, or a pattern: --target y --target"
        " target_sold"
    )


def test_a_person_is_asked_until_the_answer_can_be_learned() -> None:
    houses().rename(columns={"sold": "target"}).to_csv("houses.csv", index=False)
    spec, told = init("houses.csv", answers=("price nonsense", "listed", "1 price"))
    assert list(spec.tasks) == ["target", "price"]
    assert "   1 target (boolean, 2 different values)" in told
    assert "--target: no column 'nonsense'; columns: house, area" in told
    assert "--target: 'listed' cannot be learned: it holds 619 datetime cells" in told
    assert list(init("houses.csv", answers=("",), force=True)[0].tasks) == ["target"]


@pytest.mark.parametrize(
    ("name", "content", "kind", "told"),
    [
        ("none.csv", None, UserError, "FILE: no file 'none.csv'; give a CSV, TSV, Parquet or Feather file"),
        ("empty.csv", b"", DataError, "'empty.csv': the file is empty: expected a line of column names, then"),
        ("names.csv", b"a,b,y\n", DataError, "'names.csv' holds no rows: expected a line for each, below the names"),
        ("rows.csv", bytes(range(256)) * 40, DataError, "'rows.csv': the file is no text: expected CSV, TSV, Parquet"),
        ("rows.csv", b"PK\x03\x04" + bytes(50), DataError, "'rows.csv': the file is no text, but an Excel workbook"),
        ("rows.parquet", b"a,b\n1,2\n", DataError, "'rows.parquet' cannot be read as .parquet: "),
        ("rows.csv", b"1,2\n3,4\n", DataError, "'rows.csv': the first line holds numbers (1, 2), no names: write"),
        ("rows.xlsx", b"PK", UserError, "FILE: cannot read '.xlsx'; allowed: .csv, .feather, .parquet, .tsv"),
        ("rows.csv.gz", CUT_OFF, DataError, "'rows.csv.gz' cannot be read as .csv: "),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_one_line(name: str, content: bytes | None, kind: type[MtlError], told: str) -> None:
    if content is not None:
        Path(name).write_bytes(content)
    line = problem(name, kind=kind, targets=("y",))
    assert line.startswith(told)
    assert "\n" not in line


def test_a_spec_that_is_there_is_replaced_by_force_alone() -> None:
    houses().to_csv("houses.csv", index=False)
    Path("houses.yaml").write_text("mine", encoding="utf-8")
    with pytest.raises(
        UserError, match=r"^--out: 'houses.yaml' is there already; give another --out or --name, or --force"
    ):
        init("houses.csv", targets=("sold",))
    assert Path("houses.yaml").read_text(encoding="utf-8") == "mine"
    assert init("houses.csv", targets=("sold",), force=True)[0].name == "houses"
    assert init("houses.csv", targets=("sold",), name="other")[0].name == "other"


def test_targets_and_keys_that_are_not_there_or_cannot_be_are_refused() -> None:
    houses().to_csv("houses.csv", index=False)
    assert problem("houses.csv", targets=("prize",)).startswith("--target: no column 'prize'; did you mean 'price'? ")
    assert problem("houses.csv", targets=("sold",), key=("hose",)).startswith("--key: no column 'hose'; did you mean")
    assert problem("houses.csv", targets=("listed",)) == (
        "--target: 'listed' cannot be learned: it holds 619 datetime cells; expected numbers, truth values, or at most"
        " a hundred classes"
    )


def test_several_files_are_one_pattern_and_a_spec_elsewhere_finds_them(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    table = houses()
    for number, part in enumerate((table[:700], table[700:])):
        part.to_csv(tmp_path / "data" / f"houses-{number}.csv", index=False)
    out = tmp_path / "specs" / "houses.yaml"
    spec, told = init("data/houses-0.csv", "data/houses-1.csv", targets=("sold", "price"), out=out)
    assert 'path: "../data/houses-*.csv"' in out.read_text(encoding="utf-8")
    assert spec.name == "houses"
    assert told.startswith("houses-*.csv: all 1,500 rows, 10 columns\n")
    assert check_data(str(out)).passed
    table.to_csv(tmp_path / "data" / "houses-2.csv", index=False)
    with pytest.raises(
        UserError, match=r"^FILE: 2 files that no pattern names alone: 'data/houses-\*\.csv' matches others"
    ):
        as_pattern(["data/houses-0.csv", "data/houses-1.csv"])


def test_the_command_writes_and_tells_where(tmp_path: Path) -> None:
    houses().to_csv("houses.csv", index=False)
    finished = clinics.mtl(tmp_path / "home", "init", "houses.csv", "--target", "sold", "--target", "price")
    assert finished.status == 0, finished.err
    assert "Wrote houses.yaml. Look through it, then: mtl check houses.yaml, and mtl run houses.yaml" in " ".join(
        finished.out.split()
    )
    again = clinics.mtl(tmp_path / "home", "init", "houses.csv", "--target", "sold", "--name", "0x")
    assert again.status == 2
    assert again.err.startswith("NAME: expected a study's name")


def test_rows_of_a_query_are_drafted_and_checked_alike(tmp_path: Path) -> None:
    with closing(sqlite3.connect("houses.db")) as connection:
        houses().to_sql("houses", connection, index=False)
    query = "SELECT * FROM houses ORDER BY house"
    out = tmp_path / "specs" / "houses.yaml"
    spec, told = init(sql=("sqlite:///houses.db", query), targets=("sold", "price"), out=out)
    assert (spec.name, spec.data.key) == ("houses", ("house",))
    assert told.startswith("sqlite:///houses.db: all 1,500 rows, 10 columns\n")
    assert check_data(str(out)).passed
    assert problem(sql=("sqlite:///houses.db", "SELECT * FROM huts"), kind=DataError) == (
        "sqlite:///houses.db does not answer: no such table: huts"
    )
    assert problem(sql=("postgresql://me:secret@h/d", query)).startswith("--sql: url: a password stands in it, ")
    assert problem("houses.csv", sql=("sqlite:///houses.db", query)) == (
        "FILE: expected a file, or --sql URL QUERY, one of them"
    )
    assert problem(sql=("sqlite:///houses.db", "SELECT * FROM houses WHERE house < 0"), kind=DataError).endswith(
        "gives no rows; expected one for each row to learn from"
    )


def test_labels_that_are_nearly_all_alike_are_no_tasks() -> None:
    rare = houses().assign(rare_a=0, rare_b=lambda each: (each["house"] < 40).astype(int), one=1)
    rare.loc[:1, "rare_a"] = 1
    rare.to_csv("rare.csv", index=False)
    spec, told = init("rare.csv", targets=("rare_*", "price"))
    assert list(spec.tasks) == ["rare_b", "price"]
    assert "rare_a" not in spec.features.columns
    assert "no tasks, for nearly all of their labels are alike: rare_a (2) rows of another class; label more" in told
    Path("rare.yaml").unlink()
    assert problem("rare.csv", kind=DataError, targets=("rare_a",)).startswith("--target: no tasks, for nearly all")
    assert problem("rare.csv", targets=("one",)).startswith("--target: 'one' cannot be learned: it holds one value; ")
