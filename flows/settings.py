"""The only reader of environment variables."""

import os
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from flows.executors import default_workers
from flows.receivers import Receivers, receivers_of
from mtl import registry
from mtl.errors import UserError
from mtl.manifest import LOG as KEPT_FILES
from mtl.object_store.addresses import require_address
from mtl.registry.connection import Registry, is_server_address, kind_of
from mtl.shown import reason_of, shortened, without_passwords

if TYPE_CHECKING:
    from mtl.registry import Keys


@dataclass(frozen=True)
class Settings:
    """Where the program keeps its files and how many runs it fits at a time.

    Attributes:
        home: everything that is stored, `MTL_HOME`, by default `.mtl` in the current folder.
        tracking_uri: `MLFLOW_TRACKING_URI`, by default a SQLite file in `home`.
        workers: `MTL_WORKERS`, by default the number of cores.
        prefect_api_url: `PREFECT_API_URL`, or None: a server is started for the time of the command.
        signing_key: `MTL_SIGNING_KEY`: what decisions are signed with; a PEM text or a path.
        trusted_key: `MTL_TRUSTED_KEY`: what decisions must be signed with to be promoted or served, likewise.
        dask: `MTL_DASK`, the scheduler of a Dask cluster for runs and files, or `local`; None: processes here.
        store: `MTL_STORE`, what hosts share instead of the home, s3://bucket/prefix or file:///folder; None: the home.
        metrics: `MTL_METRICS`, the file that studies are counted in for Prometheus; None: none is written.
        api_keys: `MTL_API_KEYS`: the keys of which `mtl serve` asks for one, separated by commas; None asks for none.
    """

    home: Path
    tracking_uri: str
    workers: int
    prefect_api_url: str | None
    signing_key: str | None = None
    trusted_key: str | None = None
    api_keys: str | None = field(default=None, repr=False)
    dask: str | None = None
    metrics: Path | None = None
    store: str | None = None


def read_settings() -> Settings:
    """Read the environment.

    Raises:
        UserError: a variable holds something else than expected.
    """
    home = home_folder()
    tracking_uri = os.environ.get("MLFLOW_TRACKING_URI", Registry.in_folder(home).tracking_uri)
    kind_of(tracking_uri)
    workers, api = _workers(os.environ.get("MTL_WORKERS")), os.environ.get("PREFECT_API_URL")
    if api is not None:
        _require_server("PREFECT_API_URL", api)
    keys = os.environ.get("MTL_SIGNING_KEY"), os.environ.get("MTL_TRUSTED_KEY")
    dask, metrics = _dask(os.environ.get("MTL_DASK")), os.environ.get("MTL_METRICS")
    told, api_keys, store = Path(metrics).absolute() if metrics else None, os.environ.get("MTL_API_KEYS"), _store()
    return Settings(home, tracking_uri, workers, api, *keys, api_keys, dask, told, store)


def home_folder() -> Path:
    """`MTL_HOME`, which is made if it is not there.

    Raises:
        UserError: it is no folder that can be written to.
    """
    named = os.environ.get("MTL_HOME", ".mtl")
    try:
        home = Path(named).resolve()
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home):
            return home
    except (OSError, RuntimeError, ValueError) as error:  # a circle of links is a RuntimeError
        raise UserError(
            f"MTL_HOME: '{shortened(named)}' is no folder that can be written to: {reason_of(error)}"
        ) from error


def read_keys() -> "Keys":
    """What decisions are signed with and must be signed with.

    Raises:
        UserError: a variable holds no such key.
    """
    settings = read_settings()
    return registry.read_keys(settings.signing_key, settings.trusted_key)


def read_receivers() -> Receivers:
    """Who is told of what studies come to: `MTL_NOTIFY_WEBHOOK`, `MTL_NOTIFY_SMTP` and what belongs to them.

    Raises:
        UserError: a variable holds something else than expected.
    """
    return receivers_of(os.environ)


def configure_prefect(settings: Settings) -> None:
    """Point Prefect at `home`, before it is imported: it reads its settings once, then. The user's own settings win.

    Steps, flows and damaged files are logged to Prefect's pages; the terminal belongs to the command's own words.
    """
    defaults = {
        "PREFECT_HOME": str(settings.home / "prefect"),
        # Writes the start-up trace "database is locked" on SQLite otherwise.
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_EXTRA_LOGGERS": f"{KEPT_FILES.name},flows.notifying",
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
        "PREFECT_LOGGING_INTERNAL_LEVEL": "CRITICAL",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        # Each waits twice as long as the one before: 14 s, and not a minute, until a server counts as lost.
        "PREFECT_CLIENT_MAX_RETRIES": "3",
        "PREFECT_TASK_RUNNER_THREAD_POOL_MAX_WORKERS": str(settings.workers),
    }
    if settings.prefect_api_url:
        defaults["PREFECT_API_URL"] = settings.prefect_api_url
    for name, value in defaults.items():
        os.environ.setdefault(name, value)


def _workers(value: str | None) -> int:
    if value is None:
        return default_workers()
    if not re.fullmatch("[0-9]{1,4}", value) or int(value) < 1:
        raise UserError(
            f"MTL_WORKERS: expected a number of processes of at least 1, below 10000; got '{shortened(value)}'"
        )
    return int(value)


def _dask(value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"local|(tcp|tls)://[^\s/@]+:[0-9]{1,5}", value):
        raise UserError(
            f"MTL_DASK: expected tcp://host:port or tls://host:port of a scheduler, or local; got '{shortened(value)}'"
        )
    return value


def _store() -> str | None:
    address = os.environ.get("MTL_STORE")
    return address if address is None else require_address(address)


def _require_server(name: str, value: str) -> None:
    if not is_server_address(value):
        raise UserError(f"{name}: expected http(s)://host:port/path; got '{shortened(without_passwords(value))}'")
