"""The stack's passwords: generated once, kept in a file that its owner alone can read."""

import os
import secrets
import sys
from pathlib import Path

from infra.stack.service_table import SECRETS


def passwords(file: Path) -> dict[str, str]:
    """Read the passwords, and make those that are missing; the file is one that `docker compose --env-file` reads."""
    known: dict[str, str] = {}
    if file.exists():
        lines = file.read_text(encoding="utf-8").splitlines()
        known = {name: value for name, _, value in (line.partition("=") for line in lines)}
    made = {name: known.get(name) or secrets.token_hex(24) for name in SECRETS}
    if made != known:
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_name(f".{file.name}-{os.getpid()}")
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
            stream.writelines(f"{name}={value}\n" for name, value in made.items())
        partial.replace(file)
    return made


if __name__ == "__main__":
    passwords(Path(sys.argv[1]))
