"""What the environment says, read once and in one place."""

import os
import re
from pathlib import Path

import pytest

from flows.settings import Settings, configure_prefect, read_settings
from mtl.errors import UserError

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user's environment that says nothing, and a folder of their own."""
    for name in [name for name in os.environ if name.startswith(("MTL_", "MLFLOW_TRACKING", "PREFECT_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_without_a_word_everything_is_kept_below_the_current_folder(tmp_path: Path) -> None:
    settings = read_settings()
    assert settings.home == tmp_path / ".mtl"
    assert settings.home.is_dir()
    assert settings.tracking_uri == f"sqlite:///{tmp_path / '.mtl' / 'mlflow.db'}"
    assert settings.workers >= 1
    assert settings.prefect_api_url is None


def test_the_environment_says_where_things_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MTL_HOME", "elsewhere")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://mlflow")
    monkeypatch.setenv("PREFECT_API_URL", "http://prefect/api")
    monkeypatch.setenv("MTL_WORKERS", "3")
    assert read_settings() == Settings(tmp_path / "elsewhere", "http://mlflow", 3, "http://prefect/api")


@pytest.mark.parametrize("value", ["local", "tcp://10.0.0.7:8786", "tls://dask.internal:8786"])
def test_a_dask_cluster_is_named_by_its_scheduler(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().dask is None
    monkeypatch.setenv("MTL_DASK", value)
    assert read_settings().dask == value


@pytest.mark.parametrize("value", ["", "10.0.0.7:8786", "http://dask:8786", "tcp://dask", "tcp://ada:secret@dask:8786"])
def test_what_is_no_scheduler_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MTL_DASK", value)
    with pytest.raises(UserError, match="MTL_DASK: expected tcp://host:port or tls://host:port"):
        read_settings()


def test_a_store_is_a_bucket_or_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().store is None
    monkeypatch.setenv("MTL_STORE", "s3://team/runs")
    assert read_settings().store == "s3://team/runs"
    monkeypatch.setenv("MTL_STORE", "http://team/runs")
    with pytest.raises(UserError, match="MTL_STORE: expected s3://bucket/prefix"):
        read_settings()


@pytest.mark.parametrize("value", ["0", "-1", "two", "1.5", "", "²", "10000", "9" * 5000])
def test_a_number_of_workers_that_is_none_is_named_with_what_was_expected(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MTL_WORKERS", value)
    with pytest.raises(UserError, match=rf"^MTL_WORKERS: expected a number of processes .* got '{value[:79]}…?'$"):
        read_settings()


@pytest.mark.parametrize("home", ["a file", "a file/below", "circle", "x" * 5000, "/proc/none"])
def test_a_home_that_is_no_folder_is_told(home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a file").write_text("")
    (tmp_path / "circle").symlink_to("circle")
    monkeypatch.setenv("MTL_HOME", home)
    with pytest.raises(UserError, match=r"^MTL_HOME: '.*' is no folder that can be written to: ") as caught:
        read_settings()
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("address", ["http://[::1", "http://", "nonsense", "", "http://u:pw@h:99999999", "http://h h"])
@pytest.mark.parametrize("variable", ["MLFLOW_TRACKING_URI", "PREFECT_API_URL"])
def test_an_address_that_is_none_is_told_without_its_password(
    variable: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, address)
    with pytest.raises(UserError, match=r"http\(s\)://host:port") as caught:
        read_settings()
    assert "pw" not in str(caught.value)


def test_prefect_keeps_its_files_at_home_unless_the_user_says_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", {"DO_NOT_TRACK": "0"})
    configure_prefect(Settings(tmp_path, "", 3, "http://prefect/api"))
    assert os.environ["PREFECT_HOME"] == str(tmp_path / "prefect")
    assert os.environ["PREFECT_API_URL"] == "http://prefect/api"
    assert os.environ["PREFECT_TASK_RUNNER_THREAD_POOL_MAX_WORKERS"] == "3"
    assert os.environ["DO_NOT_TRACK"] == "0"


def test_no_other_module_reads_a_variable_of_this_programs() -> None:
    reading = re.compile(r"environ(\.get\(|\[)\"MTL_")
    houses = [path for house in ("mtl", "data_checks", "flows") for path in (ROOT / house).rglob("*.py")]
    found = {path.name for path in houses if reading.search(path.read_text(encoding="utf-8"))}
    assert found == {"settings.py"}


def test_keys_of_the_server_are_read_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().api_keys is None
    monkeypatch.setenv("MTL_API_KEYS", "0123456789abcdef")
    settings = read_settings()
    assert settings.api_keys == "0123456789abcdef"
    assert settings.api_keys not in repr(settings)
