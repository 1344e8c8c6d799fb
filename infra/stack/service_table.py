"""The stack's services, once for all: `make stack` starts them here, and infra/compose.yaml is written from them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

OURS = "mtl-pipeline:0.1.0"
"""The image that infra/Dockerfile makes."""

POSTGRES_IMAGE = "postgres:15.18-bookworm"

SECRETS = ("POSTGRES_PASSWORD", "MLFLOW_PASSWORD", "MLFLOW_SECRET_KEY", "PREFECT_PASSWORD", "SERVING_KEY")
"""Generated when the stack is first started; there is no default for any."""


@dataclass(frozen=True)
class Service:
    """A program of the stack.

    Words and values may hold `{at[NAME]}`, a service's host and port; `{bind}`, the address that it listens on;
    `{port}`, its own; `{data}`, a folder of its own that is kept; `{secret[NAME]}`; `{spec}` and `{study}`, what is
    retrained and its name; `{cron}`, when; and `{hosts[NAME]}`, the names under which a service may be asked.

    It runs in its folder of data.

    Attributes:
        health: a command that succeeds when the service is well; empty for one that listens to nobody.
        needs: services that must be well before it starts.
        shared: whether its data are those of all services of ours, the home.
    """

    name: str
    command: tuple[str, ...]
    port: int | None
    health: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    image: str = OURS
    environment: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    shared: bool = False


def _answers(path: str) -> tuple[str, ...]:
    ask = f"import urllib.request as web; web.urlopen('http://127.0.0.1:{{port}}{path}', timeout=5)"
    return ("python", "-c", ask)


QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}

CLIENT = {
    **QUIET,
    "MTL_HOME": "{data}",
    "MLFLOW_TRACKING_URI": "http://{at[mlflow]}",
    "MLFLOW_TRACKING_USERNAME": "admin",
    "MLFLOW_TRACKING_PASSWORD": "{secret[MLFLOW_PASSWORD]}",
    "PREFECT_API_URL": "http://{at[prefect]}/api",
    "PREFECT_API_AUTH_STRING": "team:{secret[PREFECT_PASSWORD]}",
}
"""What every command of ours is told of the servers."""

POSTGRES = Service(
    "postgres",
    ("postgres", "-c", "listen_addresses={bind}", "-c", "port={port}"),
    5432,
    ("pg_isready", "--quiet", "-h", "127.0.0.1", "-p", "{port}", "-U", "postgres"),
    image=POSTGRES_IMAGE,
    environment={"PGDATA": "{data}", "POSTGRES_PASSWORD": "{secret[POSTGRES_PASSWORD]}", "POSTGRES_DB": "mlflow"},
)

MLFLOW = Service(
    "mlflow",
    (
        *("mlflow", "server", "--app-name", "basic-auth", "--host", "{bind}", "--port", "{port}", "--workers", "1"),
        *("--artifacts-destination", "{data}/artifacts", "--allowed-hosts", "{hosts[mlflow]}"),
    ),
    5000,
    _answers("/health"),
    needs=("postgres",),
    environment={
        **QUIET,
        "MLFLOW_BACKEND_STORE_URI": "postgresql+psycopg2://postgres:{secret[POSTGRES_PASSWORD]}@{at[postgres]}/mlflow",
        "MLFLOW_AUTH_ADMIN_PASSWORD": "{secret[MLFLOW_PASSWORD]}",
        "MLFLOW_FLASK_SERVER_SECRET_KEY": "{secret[MLFLOW_SECRET_KEY]}",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    },
)

PREFECT = Service(
    "prefect",
    ("prefect", "server", "start", "--host", "{bind}", "--port", "{port}"),
    4200,
    _answers("/api/health"),
    needs=("postgres",),
    environment={
        **QUIET,
        "PREFECT_HOME": "{data}",
        "PREFECT_API_DATABASE_CONNECTION_URL": (
            "postgresql+asyncpg://postgres:{secret[POSTGRES_PASSWORD]}@{at[postgres]}/prefect"
        ),
        "PREFECT_SERVER_API_AUTH_STRING": "team:{secret[PREFECT_PASSWORD]}",
    },
)

SCHEDULE = Service(
    "schedule",
    ("python", "-m", "flows", "schedule", "{spec}", "--cron", "{cron}"),
    None,
    needs=("mlflow", "prefect"),
    environment=CLIENT,
    shared=True,
)

SERVING = Service(
    "serving",
    ("python", "-m", "flows", "serve", "{study}", "--host", "{bind}", "--port", "{port}"),
    8080,
    _answers("/ping"),
    needs=("mlflow",),
    environment={**CLIENT, "MTL_API_KEYS": "{secret[SERVING_KEY]}"},
    shared=True,
)

SERVICES = (POSTGRES, MLFLOW, PREFECT, SCHEDULE, SERVING)
"""In the order in which they are started."""
