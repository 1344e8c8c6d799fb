"""Which process each flow run is of, noted in `home`: so that a run whose process was killed is not shown as running.

Prefect learns how a run ended from the run itself. One that was killed says nothing, and keeps the place of the next.
"""

from pathlib import Path
from typing import ParamSpec, TypeVar
from uuid import UUID

from prefect import Flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.exceptions import ObjectNotFound
from prefect.flows import FlowStateHook
from prefect.states import Crashed

from flows.settings import read_settings
from mtl.process_identity import is_gone, this_process
from mtl.storage import read_json, write_json

P = ParamSpec("P")
R = TypeVar("R")

FOLDER = "flow-runs"
UNDER_WAY = (StateType.RUNNING, StateType.PENDING, StateType.CANCELLING)
KILLED = "its process ended without a word: it was killed, or the machine was; found by what was started after it"


def noted(flow: Flow[P, R], *when_running: FlowStateHook[P, R], after: FlowStateHook[P, R] | None = None) -> Flow[P, R]:
    """The flow, whose runs leave a note of their process while they run.

    Args:
        when_running: what else is done first.
        after: what else is done when a run has ended by itself.
    """
    begun: list[FlowStateHook[P, R]] = [*when_running, _note]
    ended: list[FlowStateHook[P, R]] = [_forget]
    by_itself = [*ended, *([after] if after else [])]
    return flow.with_options(
        on_running=begun, on_completion=by_itself, on_failure=by_itself, on_crashed=ended, on_cancellation=ended
    )


def mark_killed(home: Path) -> None:
    """Tell Prefect of each run under way whose process is known to be gone; those of other machines never are."""
    gone = [note for note in (home / FOLDER).glob("[!.]*") if is_gone(read_json(note))]
    if not gone:
        return
    with get_client(sync_client=True) as client:
        for note in gone:
            if crash(client, UUID(note.name)):
                note.unlink(missing_ok=True)


def crash(client: SyncPrefectClient, run: UUID) -> bool:
    """Mark a run as crashed if it is under way; False if the server does not know it: another one may."""
    try:
        state = client.read_flow_run(run).state
    except ObjectNotFound:
        return False
    if state and state.type in UNDER_WAY:
        client.set_flow_run_state(run, Crashed(message=KILLED), force=True)
    return True


def _note(flow: object, flow_run: FlowRun, state: object) -> None:
    write_json(_place(flow_run), this_process())


def _forget(flow: object, flow_run: FlowRun, state: object) -> None:
    _place(flow_run).unlink(missing_ok=True)


def _place(run: FlowRun) -> Path:
    return read_settings().home / FOLDER / str(run.id)
