"""The stack as a team has it, on this machine: it retrains, promotes, serves, tells, and outlives its servers."""

import os
import shutil
import signal
import stat
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from infra.stack.__main__ import place_of
from infra.stack.filled import Place
from infra.stack.service_table import SERVICES
from infra.stack.supervisor import Stack
from tests.flows.clinics import environment, write_clinics
from tests.flows.test_notifying import Hook, webhook
from tests.flows.waiting import until
from tests.mtl.registry.processes import free_port

pytestmark = pytest.mark.stack

NAMES = tuple(service.name for service in SERVICES)
SECONDS, STUDY_SECONDS = 240.0, 600.0
"""For servers to start, and for a study beside them; both on a machine that is busy with other tests."""

EVERY_MINUTE = "* * * * *"


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where PostgreSQL's own user may go, unlike into pytest's folders."""
    folder = Path(tempfile.mkdtemp(prefix="mtl-stack-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook() as hook:
        yield hook


@pytest.fixture
def place(folder: Path) -> Place:
    spec = write_clinics(folder / "spec", schemes=["equal"], seeds=[0])
    ports = {service.name: free_port() for service in SERVICES if service.port is not None}
    return place_of(folder / "stack", str(spec), "clinics", EVERY_MINUTE, ports)


@contextmanager
def running(folder: Path, place: Place, hook: Hook) -> Iterator[Stack]:
    given = environment(folder, {"MTL_NOTIFY_WEBHOOK": hook.address, "OMP_NUM_THREADS": "1"})
    with Stack(folder / "stack", place, given).up() as stack:
        yield stack


def ask(place: Place, path: str, key: str | None = None) -> httpx.Response:
    headers = {"X-API-Key": key or place.secrets["SERVING_KEY"]}
    return httpx.get(f"http://127.0.0.1:{place.ports['serving']}{path}", headers=headers, trust_env=False)


def served(place: Place) -> str | None:
    """The version that is served, if any is."""
    with suppress(httpx.TransportError):
        answer = ask(place, "/version")
        return answer.text if answer.is_success else None
    return None


@pytest.mark.parametrize(("killed", "restored"), [(NAMES, True), (("postgres",), False)], ids=["whole", "sample"])
def test_the_stack_retrains_serves_tells_and_outlives_its_servers_and_a_restore(
    folder: Path, place: Place, hook: Hook, killed: Sequence[str], restored: bool
) -> None:
    with running(folder, place, hook) as stack:
        # The schedule's first tick has promoted by then: before, there is nothing to serve.
        stack.await_well(NAMES, STUDY_SECONDS)
        champion = until(lambda: served(place), "the champion's first answer")
        assert '"1"' in champion
        told = until(lambda: [body["text"] for body in hook.bodies], "a notice")
        assert "better" in told[0]
        assert ask(place, "/version", key="wrong").status_code == 401
        _lets_nobody_in_without_a_password(place)
        for name in killed:
            _kill_and_await(stack, name)
        assert until(lambda: served(place), "an answer after the losses") == champion
    if not restored:
        return
    kept = folder / "kept"
    shutil.copytree(folder / "stack", kept)
    _restore(kept, folder / "stack")
    with running(folder, place, hook) as again:
        again.await_well(NAMES, SECONDS)
        assert until(lambda: served(place), "an answer after the restore") == champion


def _lets_nobody_in_without_a_password(place: Place) -> None:
    for address in (
        f"http://127.0.0.1:{place.ports['mlflow']}/api/2.0/mlflow/experiments/get?experiment_id=0",
        f"http://127.0.0.1:{place.ports['prefect']}/api/admin/version",
    ):
        assert httpx.get(address, trust_env=False).status_code == 401
    assert stat.S_IMODE((Path(place.data["schedule"]).parent / "passwords.env").stat().st_mode) == 0o600


def _kill_and_await(stack: Stack, name: str) -> None:
    one = stack.running[name]
    starts, process = one.starts, one.process
    assert process is not None
    os.killpg(process.pid, signal.SIGKILL)
    until(lambda: one.starts > starts, f"a new {name}")
    stack.await_well(NAMES, SECONDS)


def _restore(kept: Path, place: Path) -> None:
    """Wipe the stack's folder, and put the copy in its place; whose files they were is kept."""
    owners = {path.relative_to(place): path.stat() for path in (place, *place.rglob("*"))}
    shutil.rmtree(place)
    shutil.copytree(kept, place)
    for path, was in owners.items():
        if (place / path).exists():
            os.chown(place / path, was.st_uid, was.st_gid)
