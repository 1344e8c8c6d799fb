"""Who started whom, as the kernel tells it."""

from pathlib import Path


def worker(study: int) -> int | None:
    """A process that fits a run of the study, if there is one yet."""
    return next(iter(workers(study)), None)


def workers(study: int) -> list[int]:
    """Processes whose parent is a fork server whose parent is the study's process."""
    servers = {child for child in children(study) if "forkserver" in command(child)}
    return [worker for server in servers for worker in children(server)]


def children(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.append(int(stat.parent.name))
    return found


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""
