"""A function of the user's gives the rows; whatever is wrong with it is told in one line."""

import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pandas as pd
import pytest

from mtl.data.read_table import read_study
from mtl.data.sources.python import PythonSource
from mtl.errors import DataError, MtlError, SpecError
from mtl.spec import Spec, parse_spec
from tests.mtl.data.patients import TEXT, patients

SPLIT = "split: {by: hash, validation: 0.2, test: 0.2}\n"
CODE = """\
import pandas as pd

from {module}_helper import TABLE

NUMBER = 3
def read(): return pd.read_parquet(TABLE)
def fails(): raise RuntimeError("the server\\nis away")
def listed(): return [1, 2]
def asks(more): return more
"""


@pytest.fixture
def module(tmp_path: Path) -> Iterator[str]:
    """A module in the spec's folder, with another that it imports, of a name that no test had before."""
    name = f"rows_{uuid4().hex}"
    patients(60).to_parquet(tmp_path / "rows.parquet")
    (tmp_path / f"{name}_helper.py").write_text(f"TABLE = {str(tmp_path / 'rows.parquet')!r}\n")
    (tmp_path / f"{name}.py").write_text(CODE.format(module=name))
    before = list(sys.path)
    yield name
    assert sys.path == before


def study(folder: Path, source: str) -> Spec:
    spec = parse_spec(TEXT.replace("path: patients.parquet", f'python: "{source}"') + SPLIT, "patients.yaml")
    return spec.model_copy(update={"data": spec.data.below(folder)})


def test_rows_are_those_that_the_function_returns(tmp_path: Path, module: str) -> None:
    spec = study(tmp_path, f"{module}:read")
    _, frame = read_study(spec, tmp_path, tmp_path / "frames")
    assert frame.rows == 60
    assert spec.data.source.place == f"{module}:read"
    from_file = parse_spec(TEXT.replace("patients.parquet", str(tmp_path / "rows.parquet")) + SPLIT, "patients.yaml")
    assert read_study(from_file, tmp_path, tmp_path / "frames")[1].digest == frame.digest


def test_packages_and_other_folders_are_found(tmp_path: Path, module: str) -> None:
    package = tmp_path / "loaders" / f"{module}_package"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "tables.py").write_text("import pandas as pd\ndef small(): return pd.DataFrame({1: [2]}, index=[5])\n")
    source = PythonSource(f"loaders/{package.name}.tables:small").below(tmp_path)
    pd.testing.assert_frame_equal(source.read(tmp_path), pd.DataFrame({"1": [2]}))
    assert PythonSource.of("python", source.plain()) == source


def test_what_is_installed_is_found_where_the_folder_has_nothing(tmp_path: Path) -> None:
    source = PythonSource("tests.mtl.data.patients:patients").below(tmp_path)
    pd.testing.assert_frame_equal(source.read(tmp_path), patients())


@pytest.mark.parametrize(
    ("source", "kind", "said"),
    [
        ("{module}:reed", SpecError, "module '{module}' has no 'reed'; did you mean 'read'?"),
        ("{module}:NUMBER", SpecError, "'{module}:NUMBER' is int, which cannot be called"),
        ("{module}_none:read", SpecError, "no module '{module}_none' in {folder}, nor installed"),
        ("{module}:fails", DataError, "{module}:fails raised RuntimeError: the server is away ({module}.py:7)"),
        ("{module}:listed", DataError, "{module}:listed is to return a pandas DataFrame; it returned list"),
        ("{module}:asks", DataError, "{module}:asks raised TypeError: asks() missing 1 required positional argument"),
        ("{module}_bad:read", DataError, "'{module}_bad' cannot be imported: ZeroDivisionError: division by zero"),
        ("{module}_lacks:read", DataError, "'{module}_lacks' needs the module 'no_such_package'"),
    ],
)
def test_mistakes_are_told_in_one_line(
    tmp_path: Path, module: str, source: str, kind: type[MtlError], said: str
) -> None:
    (tmp_path / f"{module}_bad.py").write_text("1 / 0\n")
    (tmp_path / f"{module}_lacks.py").write_text("import no_such_package\n")
    with pytest.raises(kind) as caught:
        read_study(study(tmp_path, source.format(module=module)), tmp_path, tmp_path / "frames")
    told = str(caught.value)
    assert told.startswith(f"patients.yaml:2: data.python: {said.format(module=module, folder=tmp_path)}")
    assert "\n" not in told


def test_a_module_that_has_the_name_of_another_is_refused(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("def read(): return None\n")
    with pytest.raises(SpecError, match=r"'json' is the name of another module, .*; rename json\.py"):
        PythonSource("json:read").below(tmp_path).read(tmp_path)


@pytest.mark.parametrize("written", ["rows", "rows:", ":read", "rows:read()", "ro ws:read", "a..b:c"])
def test_what_names_no_function_is_refused(tmp_path: Path, written: str) -> None:
    with pytest.raises(SpecError, match=r"^patients\.yaml:2: data\.python.*: expected package\.module:function.*; got"):
        study(tmp_path, written)
