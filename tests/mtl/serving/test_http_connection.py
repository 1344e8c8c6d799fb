"""Requests over one connection: the short way and the usual one, behind each other and in pieces."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import httpx
import pytest

from mtl.serving.app import create_app
from mtl.serving.http_connection import LONGEST, Bounds
from mtl.serving.reload import FixedSource, Follower
from mtl.serving.server import running
from tests.mtl.serving.test_app import OTHER, ROW

DEADLINE = 30.0
BODY = json.dumps({"dataframe_records": [ROW]}).encode()
BAD = json.dumps({"dataframe_records": [{**ROW, "age": "old"}]}).encode()


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    with running(create_app("demo", Follower(FixedSource("7", folder)))) as port:
        yield port


def post(body: bytes, *more: str) -> bytes:
    lines = ["POST /invocations HTTP/1.1", "Host: x", "Content-Type: application/json", *more]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


def exchanged(port: int, *pieces: bytes, answers: int = 1) -> list[tuple[int, dict[str, str], bytes]]:
    """Send pieces and read so many answers: status, headers, body."""
    with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as connection:
        for piece in pieces:
            connection.sendall(piece)
        with connection.makefile("rb") as stream:
            return [one_answer(stream.readline(), list(iter(stream.readline, b"\r\n")), stream) for _ in range(answers)]


def one_answer(status: bytes, lines: list[bytes], stream: BinaryIO) -> tuple[int, dict[str, str], bytes]:
    headers = dict(line.decode().strip().lower().split(": ", 1) for line in lines)
    return int(status.split()[1]), headers, stream.read(int(headers["content-length"]))


def test_the_short_way_answers_as_the_usual_one(port: int) -> None:
    """What begins with `Expect` goes the usual way."""
    (short,) = exchanged(port, post(BODY))
    with httpx.Client(trust_env=False, timeout=DEADLINE) as client:
        headers = {"Content-Type": "application/json; charset=utf-8"}
        usual = client.post(f"http://127.0.0.1:{port}/invocations", content=BODY, headers=headers)
    assert short[0] == usual.status_code == 200
    assert json.loads(short[2])["predictions"] == [pytest.approx(row) for row in usual.json()["predictions"]]
    names = ("content-type", "x-model-version")
    assert [short[1][name] for name in names] == [usual.headers[name] for name in names]
    assert short[1].keys() == {name.lower() for name in usual.headers}


def test_answers_come_in_the_order_of_the_requests(port: int) -> None:
    other = json.dumps({"dataframe_records": [OTHER]}).encode()
    found = exchanged(port, post(BODY) + post(BAD) + post(other) + post(BODY), answers=4)
    assert [status for status, _, _ in found] == [200, 400, 200, 200]
    assert found[0][2] == found[3][2]
    assert found[0][2] != found[2][2]


def test_a_body_may_come_in_pieces(port: int) -> None:
    request = post(BODY)
    (whole,) = exchanged(port, request)
    (pieces,) = exchanged(port, *(request[at : at + 40] for at in range(0, len(request), 40)))
    assert (pieces[0], pieces[2]) == (whole[0], whole[2])


def test_a_body_is_asked_for_where_the_client_waits_for_that(port: int) -> None:
    head, body = post(BODY, "Expect: 100-continue").split(b"\r\n\r\n")
    with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as connection:
        connection.sendall(head + b"\r\n\r\n")
        stream = connection.makefile("rb")
        assert [stream.readline(), stream.readline()] == [b"HTTP/1.1 100 Continue\r\n", b"\r\n"]
        connection.sendall(body)
        assert stream.readline() == b"HTTP/1.1 200 OK\r\n"
        stream.close()


def test_a_long_body_goes_the_usual_way(port: int) -> None:
    rows = [ROW] * (LONGEST // len(json.dumps(ROW)) + 1)
    body = json.dumps({"dataframe_records": rows}).encode()
    assert len(body) > LONGEST
    ((status, _, content),) = exchanged(port, post(body))
    assert (status, len(json.loads(content)["predictions"])) == (200, len(rows))


def test_a_connection_that_is_to_end_ends_with_its_answer(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as connection:
        connection.sendall(post(BODY, "Connection: close"))
        received = b"".join(iter(lambda: connection.recv(4096), b""))
    assert received.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"connection: close\r\n" in received


def test_a_client_that_leaves_before_its_answer_disturbs_no_other(port: int) -> None:
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as connection:
            connection.sendall(post(BODY))
    assert exchanged(port, post(BODY))[0][0] == 200


def received(connection: socket.socket) -> bytes:
    """All until the server closes."""
    return b"".join(iter(lambda: connection.recv(4096), b""))


@contextmanager
def bounded(folder: Path, bounds: Bounds) -> Iterator[int]:
    with running(create_app("demo", Follower(FixedSource("7", folder))), bounds=bounds) as port:
        yield port


@pytest.mark.parametrize(
    "sent", [b"", b"P", b"POST /invocations HTTP/1.1\r\nHost:", post(BODY)[:-5], post(BODY) + post(BODY)[:-5]]
)
def test_a_request_that_does_not_become_whole_in_time_is_refused(folder: Path, sent: bytes) -> None:
    with (
        bounded(folder, Bounds(request_seconds=0.2, idle_seconds=1)) as port,
        socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as connection,
    ):
        connection.sendall(sent)
        answered = received(connection)
    last = answered.rsplit(b"HTTP/1.1 ", 1)[-1]
    assert last.startswith(b"408 Request Timeout") or sent.startswith(post(BODY))
    assert answered.count(b"200 OK") == sent.startswith(post(BODY))


def test_a_client_that_goes_on_sending_slowly_is_refused_too(folder: Path) -> None:
    with (
        bounded(folder, Bounds(request_seconds=0.3)) as port,
        socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as connection,
        suppress(OSError),
    ):
        connection.sendall(b"GET /ping HTTP/1.1\r\n")
        for number in range(10**6):  # it never ends its headers
            connection.sendall(b"X-%d: 1\r\n" % number)
            connection.settimeout(0.01)
            with suppress(TimeoutError):
                assert connection.recv(4096)[:12] == b"HTTP/1.1 408"
                return
    pytest.fail("it was never refused")


def test_connections_beyond_the_bound_are_refused_and_there_is_room_again(folder: Path) -> None:
    with bounded(folder, Bounds(connections=3)) as port:
        with ExitStack() as stack:
            for _ in range(3):
                held = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=DEADLINE))
                held.sendall(post(BODY))
                assert held.recv(12) == b"HTTP/1.1 200"
            with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as refused:
                assert received(refused).startswith(b"HTTP/1.1 503 ")
        assert exchanged(port, post(BODY))[0][0] == 200


def test_a_head_without_end_is_refused(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as connection:
        connection.sendall(b"GET /ping HTTP/1.1\r\n" + b"X-Filler: x\r\n" * 6000)
        assert connection.recv(12) == b"HTTP/1.1 431"


def test_a_host_of_the_client_s_choice_is_followed_nowhere(port: int) -> None:
    for path in ("/ping/", "//elsewhere.example/ping", "/invocations/", "/"):
        request = f"GET {path} HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n".encode()
        ((status, headers, content),) = exchanged(port, request)
        assert status == 404 or not 300 <= status < 400
        assert "location" not in headers
        assert b"elsewhere.example" not in content
