"""One Prefect server for the tests that do not look at Prefect: starting one takes each command seconds."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from flows.servers import WITHOUT_PAGES, prefect_server, serving
from flows.settings import Settings
from tests.flows import clinics

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient


LISTED_AT_ONCE = 50
"""By the shared server, of anything that is asked for without a number; Prefect's own default is 200."""


@pytest.fixture(scope="session", autouse=True)
def _shared_prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    home = tmp_path_factory.mktemp("prefect")
    server = prefect_server(Settings(home, "", 1, None), 0, WITHOUT_PAGES)
    isolated = {
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_API_DEFAULT_LIMIT": str(LISTED_AT_ONCE),
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in isolated.items():
            patch.setenv(name, value)
        with serving(server, home):
            clinics.SHARED_PREFECT["PREFECT_API_URL"] = f"{server.address}/api"
            yield
    clinics.SHARED_PREFECT.clear()


@pytest.fixture
def client() -> Iterator["SyncPrefectClient"]:
    """Of that server's API."""
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL, temporary_settings

    shared = {PREFECT_API_URL: clinics.SHARED_PREFECT["PREFECT_API_URL"]}
    with temporary_settings(shared), get_client(sync_client=True) as client:
        yield client
