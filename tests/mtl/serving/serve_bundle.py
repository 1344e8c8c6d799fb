"""Serve a bundle's folder as a program of its own, to be stopped: prints the port, and `stopped` at the end."""

import sys
from pathlib import Path

from mtl.serving.app import create_app
from mtl.serving.reload import FixedSource, Follower
from mtl.serving.server import serve

if __name__ == "__main__":
    with Follower(FixedSource("1", Path(sys.argv[1]))) as follower:
        serve(create_app("demo", follower), "127.0.0.1", 0, lambda port: print(port, flush=True))  # noqa: T201
    print("stopped", flush=True)  # noqa: T201
