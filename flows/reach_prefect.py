"""Is Prefect's server there, and does it let this program in? Asked before anything is trained."""

import os

import httpx
from prefect.client.orchestration import get_client
from prefect.exceptions import PrefectException

from mtl.errors import MtlError
from mtl.shown import without_passwords

RAISED = (httpx.HTTPError, PrefectException, RuntimeError, OSError)
"""By Prefect, when its server is gone."""

LOST = "Prefect's server at {} was lost"

ADVICE = "start it, correct PREFECT_API_URL, or leave that out to have one started"


def reach_prefect() -> None:
    """Return when the server answers a call that needs credentials where it has any.

    Raises:
        MtlError: it does not; which credentials it asks for, or that it is not there.
    """
    try:
        with get_client(sync_client=True) as client:
            client.read_flow_runs(limit=1)
    except httpx.HTTPStatusError as error:
        raise MtlError(_refused(error.response.status_code)) from error
    except (httpx.HTTPError, RuntimeError) as error:
        raise MtlError(f"Prefect's server at {shown()} does not answer ({type(error).__name__}); {ADVICE}") from error


def is_lost() -> bool:
    """Whether the server that answered before does no more."""
    try:
        return not httpx.get(f"{os.environ['PREFECT_API_URL']}/health", timeout=2.0).is_success
    except httpx.HTTPError:
        return True


def shown() -> str:
    """The server's address, for messages."""
    return without_passwords(os.environ["PREFECT_API_URL"])


def _refused(status: int) -> str:
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        asked = "set PREFECT_API_AUTH_STRING to user:password, or PREFECT_API_KEY for Prefect Cloud"
        return f"Prefect's server at {shown()} asks for credentials, and those given are missing or wrong: {asked}"
    return f"Prefect's server at {shown()} answers with HTTP {status}; {ADVICE}"
