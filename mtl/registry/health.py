"""Does the server answer at all? Asked without MLflow's client, which takes a second and 95 MB to import."""

import httpx

from mtl.errors import RegistryUnreachableError
from mtl.shown import without_passwords

ANSWER_SECONDS = 5.0
"""Seconds that each address is given to answer."""


def probe_health(uri: str) -> None:
    """Return when a server says that it is well. Raises RegistryUnreachableError within `ANSWER_SECONDS`."""
    address = f"{uri.rstrip('/')}/health"
    try:
        answer = httpx.get(address, timeout=ANSWER_SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as failure:
        reason = str(failure) or type(failure).__name__
        raise unreachable(uri, f"GET /health: {reason}", "start the MLflow server or correct the address") from failure
    if answer.status_code != httpx.codes.OK:
        advice = "check that this is an MLflow server and that it allows this host (--allowed-hosts)"
        raise unreachable(uri, f"GET /health: HTTP {answer.status_code}", advice)


def unreachable(uri: str, tried: str, advice: str) -> RegistryUnreachableError:
    """Who was asked, what was tried and came back, and what to do; without passwords."""
    return RegistryUnreachableError(without_passwords(f"cannot read the MLflow registry at {uri} ({tried}); {advice}"))
