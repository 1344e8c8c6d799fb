"""What `make dist` builds is a whole program: installed elsewhere, away from the checkout, the command works."""

import json
import os
import shutil
import site
import subprocess
import sys
import venv
from pathlib import Path

import pytest
import yaml

from tests.mtl.studies import write_small

ROOT = Path(__file__).parents[1]
SHIPPED = ("flows", "data_checks", "mtl", "pyproject.toml", "README.md", "LICENSE")

pytestmark = pytest.mark.slow


def call(*command: object, cwd: Path) -> str:
    """What a command prints, in an environment that does not know the checkout."""
    unset = ("PYTHONPATH", "MTL_HOME", "MLFLOW_TRACKING_URI", "PREFECT_API_URL")
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, env=kept, check=False, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy: building leaves folders beside the sources."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    for name in SHIPPED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source / name)
    call(sys.executable, "-c", f"from setuptools import build_meta; build_meta.build_wheel({str(built)!r})", cwd=source)
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of a new environment: the wheel, and this environment's packages to depend on."""
    home = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(home, with_pip=False)
    commands = home / "bin"
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(call(commands / "python", "-c", ask, cwd=home).strip())
    (packages / "dependencies.pth").write_text("\n".join(site.getsitepackages()), encoding="utf-8")
    target = ("--python", commands / "python", "install", "--quiet", "--no-deps", "--no-index", "--force-reinstall")
    call(sys.executable, "-m", "pip", *target, wheel, cwd=home)
    return commands


def test_the_command_runs_what_the_wheel_brought(installed: Path, tmp_path: Path) -> None:
    where = call(installed / "python", "-c", "import mtl, flows; print(mtl.__file__, flows.__file__)", cwd=tmp_path)
    assert all(Path(file).is_relative_to(installed.parent) for file in where.split())
    assert "Usage: mtl" in call(installed / "mtl", "--help", cwd=tmp_path)


def test_it_prints_the_schema_of_specs(installed: Path, tmp_path: Path) -> None:
    schema = json.loads(call(installed / "mtl", "schema", cwd=tmp_path))
    assert schema == json.loads((ROOT / "infra" / "spec.schema.json").read_text(encoding="utf-8"))


def test_it_checks_the_data_of_a_spec(installed: Path, tmp_path: Path) -> None:
    spec = write_small(tmp_path)
    assert "passed" in call(installed / "mtl", "check", spec, cwd=tmp_path)


def test_the_examples_and_every_module_are_in_it(installed: Path, tmp_path: Path) -> None:
    listing = "from mtl import examples; print([path.is_file() for path in examples.specs().values()])"
    assert set(yaml.safe_load(call(installed / "python", "-c", listing, cwd=tmp_path))) == {True}
    here = {path.relative_to(ROOT) for house in SHIPPED[:3] for path in (ROOT / house).rglob("*.py")}
    packages = next(installed.parent.rglob("site-packages"))
    assert {path for path in here if not (packages / path).is_file()} == set()
