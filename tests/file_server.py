"""Files of a folder over HTTP, on loopback, as servers of several kinds give them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Pages(SimpleHTTPRequestHandler):
    """The files of a folder; what was asked for is noted."""

    asked: list[str]

    def do_GET(self) -> None:
        """Note it, and answer."""
        self.asked.append(self.path)
        super().do_GET()

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Nothing on the terminal."""

    def log_error(self, *said: object) -> None:
        """Nor of this."""


class Closed(Pages):
    """A server that lets nobody in."""

    def send_head(self) -> None:
        """Refuse, and send nothing."""
        self.send_error(403)


class Bare(Pages):
    """A server that says nothing of what its files are."""

    def send_header(self, keyword: str, value: str) -> None:
        """All but what tells contents apart."""
        if keyword != "Last-Modified":
            super().send_header(keyword, value)


@contextmanager
def serving(folder: Path, kind: type[Pages] = Pages) -> Iterator[tuple[str, list[str]]]:
    """The address of a server of the folder's files, and which of them were asked for."""
    asked: list[str] = []
    handler = partial(type("Handler", (kind,), {"asked": asked}), directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", asked
        finally:
            server.shutdown()
            thread.join()
