"""From a path or the name of an example to a spec that knows where its keys stand."""

import os
import pickle
from datetime import date
from pathlib import Path

import pytest

from mtl import examples
from mtl.data.sources.path import PathSource
from mtl.errors import SpecError, UserError
from mtl.spec import TimeSplit, load_spec, parse_spec
from tests.mtl.spec.texts import TEXT, changed


def test_data_are_looked_for_beside_the_spec_wherever_the_command_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "demo.yaml").write_text(changed(path="path: ../data/rows.csv"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    spec = load_spec(os.path.join("study", "demo.yaml"))  # noqa: PTH118
    assert spec.data.source == PathSource((tmp_path / "data" / "rows.csv").resolve())


def test_an_absolute_data_path_stays(tmp_path: Path) -> None:
    text = changed(path=f"path: {tmp_path / 'rows.csv'}")
    assert parse_spec(text, folder=Path("/elsewhere")).data.source == PathSource((tmp_path / "rows.csv").resolve())


@pytest.mark.parametrize("name", list(examples.specs()))
def test_an_example_is_read_by_its_name(name: str) -> None:
    assert load_spec(name, examples.specs()).name == name


def test_a_file_that_is_not_there_is_refused_with_the_examples_that_are(tmp_path: Path) -> None:
    known = ", ".join(sorted(examples.specs()))
    with pytest.raises(UserError, match=f"no file 'review'; .* or an example: {known}$"):
        load_spec("review", examples.specs())
    with pytest.raises(UserError, match="no file"):
        load_spec(tmp_path)


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "demo.yaml").write_bytes("title: Größe".encode("latin-1"))
    with pytest.raises(UserError, match="cannot be read as UTF-8 text"):
        load_spec(tmp_path / "demo.yaml")


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    (tmp_path / "demo.yaml").write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    spec = load_spec(tmp_path / "demo.yaml")
    assert (spec.name, spec.place("tasks", "cost", "metric")) == ("demo", "demo.yaml:13")
    assert spec.digest == parse_spec(TEXT, folder=tmp_path).digest


def test_a_mistake_names_the_file_without_its_folder(tmp_path: Path) -> None:
    (tmp_path / "demo.yaml").write_text(changed(kind="kind: none"), encoding="utf-8")
    with pytest.raises(SpecError, match=r"^demo\.yaml:12: tasks\.cost\.kind"):
        load_spec(tmp_path / "demo.yaml")


def test_places_survive_the_changes_and_the_travels_of_a_spec() -> None:
    spec = parse_spec(TEXT, "demo.yaml")
    other = spec.model_copy(update={"split": TimeSplit(by="time", column="day", as_of=date(2020, 1, 1))})
    for copy in (other, pickle.loads(pickle.dumps(spec))):
        assert copy.place("tasks", "cost", "kind") == "demo.yaml:12"
        assert copy.place("tasks", "cost", "label") == "demo.yaml:11"


def test_a_spec_from_code_has_no_lines() -> None:
    spec = parse_spec(TEXT).model_validate(parse_spec(TEXT).model_dump())
    assert spec.place("tasks", "cost") == "spec"
