"""Where MLflow is: an address that can be passed between threads and processes."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from mtl.errors import UserError
from mtl.shown import shortened, without_passwords

DATABASES = ("sqlite", "postgresql", "mysql", "mssql")
SERVERS = ("http", "https")


@dataclass(frozen=True)
class Registry:
    """An MLflow tracking store and model registry, by address.

    `tracking_uri`: `sqlite:///…/mlflow.db`, `http(s)://host:port`, or a database URI that MLflow knows.
    `registry_uri`: of the model registry, when it is not the tracking store.
    `artifact_root`: URI or folder for the artifacts of new experiments. Absent: `artifacts/` beside an SQLite file;
    otherwise the server's own default, or for a bare database MLflow's (`./mlruns`), which is rarely wanted.
    """

    tracking_uri: str
    registry_uri: str | None = None
    artifact_root: str | None = None

    def __post_init__(self) -> None:
        """Refuse an address that cannot be used."""
        for uri in self.uris:
            kind_of(uri)

    @classmethod
    def in_folder(cls, folder: Path) -> "Registry":
        """The embedded default: an SQLite file and artifacts in `folder`, which need not exist yet."""
        return cls(tracking_uri=f"sqlite:///{folder.resolve() / 'mlflow.db'}")

    @property
    def uris(self) -> tuple[str, ...]:
        """The distinct addresses."""
        return tuple(dict.fromkeys(uri for uri in (self.tracking_uri, self.registry_uri) if uri is not None))

    @property
    def shown(self) -> str:
        """The addresses for messages, without passwords."""
        return " and ".join(without_passwords(uri) for uri in self.uris)

    def artifact_location(self, experiment: str) -> str | None:
        """Where the artifacts of a new experiment go; None leaves it to the server."""
        root = self.artifact_root
        if root is None:
            file = sqlite_file(self.tracking_uri)
            root = str(file.parent / "artifacts") if file is not None else None
        if root is None:
            return None
        base = root.rstrip("/") if "://" in root else Path(root).resolve().as_uri()
        return f"{base}/{experiment}"


def kind_of(uri: str) -> Literal["server", "database"]:
    """Whether an address is a server's or a database's.

    Raises UserError for any other: a file store has no aliases that can be trusted and is deprecated.
    """
    if is_server_address(uri):
        return "server"
    if re.match(rf"(?:{'|'.join(DATABASES)})(?:\+\w+)?://", uri):
        return "database"
    raise UserError(
        f"MLflow address '{shortened(without_passwords(uri))}' cannot be used: expected http(s)://host:port or "
        f"{', '.join(DATABASES)} with '://', for example sqlite:////data/mlflow.db"
    )


def sqlite_file(uri: str) -> Path | None:
    """The file of an SQLite address; None for any other address and for one in memory."""
    if not uri.startswith("sqlite:///"):
        return None
    name = uri.removeprefix("sqlite:///").split("?")[0]
    return Path(name).resolve() if name and name != ":memory:" else None


def is_server_address(uri: str) -> bool:
    """Whether it reads `http(s)://host`, with a port or without."""
    try:
        parts = urlsplit(uri)
        return parts.scheme in SERVERS and bool(parts.hostname) and (parts.port or 0) >= 0 and not re.search(r"\s", uri)
    except ValueError:  # half of an IPv6 address, or a port that is none
        return False
