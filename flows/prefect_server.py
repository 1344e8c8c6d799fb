"""`python -m flows.prefect_server PORT`: Prefect's server as this program starts it, for its own pages alone."""

import sys

import uvicorn
from prefect.server.api.server import create_app

from flows.own_pages import LOOPBACK, OwnPagesOnly, own_origins


def serve(port: int) -> None:
    """Answer on `port` of loopback until SIGTERM; everything else is in Prefect's own settings."""
    app = OwnPagesOnly(create_app(final=True), own_origins(port))
    uvicorn.run(app, host=LOOPBACK, port=port, log_level="warning")


if __name__ == "__main__":
    serve(int(sys.argv[1]))
