"""`make stack`: the stack on this machine until Ctrl-C; `python -m infra.stack --help`."""

import argparse
import signal
import sys
import threading
from pathlib import Path

from infra.stack.filled import Place, own_ports
from infra.stack.passwords import passwords
from infra.stack.service_table import SERVICES, SERVING
from infra.stack.supervisor import Stack

START_SECONDS = 300.0


def main() -> None:
    """Start what is not there yet, look after it, and say where it is."""
    parser = argparse.ArgumentParser(prog="python -m infra.stack", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(".stack"), help="where all is kept (default: .stack)")
    parser.add_argument("--spec", default="reviews", help="what is retrained (default: reviews)")
    parser.add_argument("--study", default="reviews", help="its name in the registry, which is served")
    parser.add_argument("--cron", default="0 3 * * *", help="when (default: each night at three)")
    asked = parser.parse_args()
    stack = Stack(asked.folder.resolve(), place_of(asked.folder.resolve(), asked.spec, asked.study, asked.cron))
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    with stack.up():
        stack.await_well([service.name for service in SERVICES if service is not SERVING], START_SECONDS)
        for name, port in stack.place.ports.items():
            sys.stdout.write(f"{name}: 127.0.0.1:{port}\n")
        sys.stdout.write(f"Passwords: {asked.folder.resolve() / 'passwords.env'}; Ctrl-C stops everything.\n")
        sys.stdout.flush()
        over.wait()


def place_of(folder: Path, spec: str, study: str, cron: str, ports: dict[str, int] | None = None) -> Place:
    """A stack on loopback below `folder`, which the processes of ours share as their home."""
    home = str(folder / "home")
    data = {service.name: home if service.shared else str(folder / service.name) for service in SERVICES}
    told = {"spec": str(Path(spec).resolve()) if Path(spec).is_file() else spec, "study": study, "cron": cron}
    return Place(ports or own_ports(), False, data, passwords(folder / "passwords.env"), told)


if __name__ == "__main__":
    main()
