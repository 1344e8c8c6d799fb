"""A unit of systemd that serves a schedule: it survives a restart of the machine."""

import sys
from collections.abc import Sequence
from pathlib import Path

UNIT = """\
# ~/.config/systemd/user/mtl-{name}.service; then:
#   systemctl --user enable --now mtl-{name} && loginctl enable-linger
# Addresses and secrets, such as MLFLOW_TRACKING_URI or MTL_NOTIFY_WEBHOOK, go into the file of EnvironmentFile, a line
# NAME=value each, which nobody else may read.

[Unit]
Description=Retraining of {name} on a schedule
After=network-online.target

[Service]
WorkingDirectory={folder}
Environment={home}
EnvironmentFile=-%h/.config/mtl/{name}.env
ExecStart={command}
Restart=on-failure
RestartSec=60
KillSignal=SIGINT
TimeoutStopSec=90

[Install]
WantedBy=default.target
"""


def unit_of(name: str, arguments: Sequence[str], home: Path, folder: Path) -> str:
    """The text of a unit.

    Args:
        name: of the study.
        arguments: of `mtl`, as they were given.
        home: `MTL_HOME`.
        folder: where the command was given, against which its paths are read.
    """
    command = " ".join(map(quoted, (sys.executable, "-m", "flows", *arguments)))
    return UNIT.format(name=name, folder=escaped(str(folder)), home=quoted(f"MTL_HOME={home}", "%"), command=command)


def quoted(word: str, specials: str = "%$") -> str:
    """A word of a command, as systemd reads it; `specials`: what it would replace, and reads once where it is twice."""
    for mark in specials:
        word = word.replace(mark, mark * 2)
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def escaped(path: str) -> str:
    """A path where systemd takes no quotes."""
    return path.replace("%", "%%")
