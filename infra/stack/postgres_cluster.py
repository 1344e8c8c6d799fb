"""A cluster of PostgreSQL with a password, made once; its own programs, which Debian keeps off the path."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

USER = "postgres"
DATABASES = Path(__file__).with_name("databases.sql")
"""What PostgreSQL's image is given, too."""


def programs() -> Path:
    """The folder of initdb and postgres.

    Raises:
        SystemExit: there are none.
    """
    on_path = shutil.which("initdb")
    found = [Path(on_path).parent] if on_path else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if not found:
        raise SystemExit("the stack needs PostgreSQL's initdb and postgres, found none; apt-get install postgresql")
    return found[0]


def owner() -> str | None:
    """Whom PostgreSQL runs as, if it cannot as this user: it does not as root."""
    return pwd.getpwnam(USER).pw_name if os.getuid() == 0 else None


def make_cluster(data: Path, password: str) -> None:
    """Make a cluster at `data` whose databases are empty, unless there is one; asked over TCP, with the password."""
    if (data / "PG_VERSION").exists():
        return
    shutil.rmtree(data, ignore_errors=True)  # one that was cut short
    making = data.with_name(f"{data.name}-making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True, mode=0o700)
    note = making.with_name("password")
    note.touch(mode=0o600)
    note.write_text(password, encoding="utf-8")
    try:
        if user := owner():
            shutil.chown(making, user)
            shutil.chown(note, user)
        _call("initdb", "-D", making, "-U", USER, "-A", "scram-sha-256", f"--pwfile={note}", "-E", "UTF8", cwd=making)
        with (making / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write("unix_socket_directories = ''\n")
        # Each statement on a line of its own; without a server, which would listen before anybody watches it.
        told = "create database mlflow;\n" + DATABASES.read_text(encoding="utf-8")
        _call("postgres", "--single", "-D", making, "postgres", cwd=making, told=told)
    finally:
        note.unlink()
    making.rename(data)


def _call(program: str, *words: object, cwd: Path, told: str = "") -> None:
    command = [str(programs() / program), *map(str, words)]
    done = subprocess.run(
        command, check=False, input=told, capture_output=True, text=True, user=owner(), cwd=cwd, timeout=120
    )
    if done.returncode:
        raise SystemExit(f"{program} failed with status {done.returncode}: {done.stderr.strip()}")
