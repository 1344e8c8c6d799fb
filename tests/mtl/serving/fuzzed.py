"""Requests that are nearly right, or not at all: bodies, headers, paths and the bytes of HTTP itself."""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.mtl.serving.test_app import ROW
from tests.mtl.serving.test_open_inference import tensors

PATHS = (
    "/",
    "/ping",
    "/health",
    "/version",
    "/metrics",
    "/docs",
    "/openapi.json",
    "/form",
    "/single-task",
    "/v2",
    "/x",
)
METHODS = ("GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH")
TYPES = ("application/json", "text/csv", "application/json; charset=utf-16", "text/plain", "", "application/x-json,a")
ODD: tuple[object, ...] = (
    None, True, 0, -1, 2**63, 10**400, 1e308, -0.0, 0.1, "", "7.0", "NaN", "\ud800", "é" * 50, "0" * 5000, [], {}, [[]],
    {"a": None}, [None] * 100, "2024-13-45", "\x00", "<script>",
)  # fmt: skip


@dataclass(frozen=True)
class Fuzzed:
    """A request. `whole`: as HTTP has it, so that its connection can be used again; else it is sent and ended."""

    content: bytes
    whole: bool


def fuzzed(draw: random.Random) -> Fuzzed:
    """One request of any kind."""
    kinds: Sequence[tuple[int, Callable[[random.Random], Fuzzed]]] = (
        (12, _changed_rows), (3, _changed_tensors), (2, _csv), (2, _bytes), (1, _elsewhere), (1, _broken),
    )  # fmt: skip
    return draw.choices([kind for _, kind in kinds], [weight for weight, _ in kinds])[0](draw)


def _changed_rows(draw: random.Random) -> Fuzzed:
    rows = [dict(ROW) for _ in range(draw.choice((0, 1, 1, 1, 2, 40)))]
    columns = list(ROW)
    forms: list[object] = [
        {"dataframe_records": rows},
        {"instances": rows},
        {"inputs": {name: [row[name] for row in rows] for name in columns}},
        {"dataframe_split": {"columns": columns, "data": [list(row.values()) for row in rows]}},
    ]
    body = draw.choice(forms)
    for _ in range(draw.choice((0, 1, 1, 2, 5))):
        body = _changed(draw, body)
    return _post("/invocations", _text(draw, body), draw.choice((*TYPES[:1] * 12, *TYPES)))


def _changed_tensors(draw: random.Random) -> Fuzzed:
    body: object = {"id": "1", "inputs": tensors(*[dict(ROW)] * draw.choice((0, 1, 3)))}
    for _ in range(draw.choice((0, 1, 2, 4))):
        body = _changed(draw, body)
    return _post("/v2/models/checked/infer", _text(draw, body), TYPES[0])


def _csv(draw: random.Random) -> Fuzzed:
    cells = [",".join(draw.choice(('"a""b"', "44", "", "NA", '"', "1e999", "é", "\t")) for _ in range(4))]
    lines = [",".join(draw.choice((list(ROW), [*ROW, "age"], ["x"]))), *cells * draw.choice((0, 1, 50))]
    return _post("/invocations", draw.choice(("\n", "\r\n", "\r")).join(lines).encode(), "text/csv")


def _bytes(draw: random.Random) -> Fuzzed:
    return _post("/invocations", draw.randbytes(draw.choice((0, 1, 100, 5000, 200_000))), draw.choice(TYPES))


def _elsewhere(draw: random.Random) -> Fuzzed:
    path = draw.choice(PATHS) + draw.choice(("", "", "?a=%00", "/", "/../..", "%2e%2e", "//"))
    headers = draw.choice(("", f"X-API-Key: {'k' * 3000}\r\n", "Authorization: Bearer \xff\r\n", "Accept: */*;q=9\r\n"))
    head = (
        f"{draw.choice(METHODS[:2] * 3 + METHODS[2:])} {path} HTTP/1.1\r\nHost: x\r\n{headers}Content-Length: 2\r\n\r\n"
    )
    return Fuzzed(head.encode("latin-1") + b"{}", whole=not head.startswith("HEAD"))


def _broken(draw: random.Random) -> Fuzzed:
    """A request of which some bytes are others, or whose end is lost."""
    content = bytearray(_changed_rows(draw).content)
    for _ in range(draw.choice((0, 1, 3, 20))):
        content[draw.randrange(min(len(content), 200))] = draw.randrange(256)
    return Fuzzed(bytes(content[: draw.choice((len(content), draw.randrange(1, len(content))))]), whole=False)


def _changed(draw: random.Random, value: object) -> object:
    """The value with one thing in it another: a cell, a name, a part lost, a part twice."""
    if isinstance(value, dict) and value and draw.random() < 0.85:
        name = draw.choice(list(value))
        if draw.random() < 0.1:
            return {**value, str(draw.choice(("age ", "", "\ud800", "é"))): value[name]}
        if draw.random() < 0.1:
            return {key: each for key, each in value.items() if key != name}
        return {**value, name: _changed(draw, value[name])}
    if isinstance(value, list) and value and draw.random() < 0.85:
        place = draw.randrange(len(value))
        changed = [_changed(draw, value[place])] * draw.choice((1, 1, 1, 0, 2))
        return [*value[:place], *changed, *value[place + 1 :]]
    return draw.choice(ODD)


def _text(draw: random.Random, body: object) -> bytes:
    """JSON, now and then with what Python alone takes for it, nested deeply, or cut."""
    text = json.dumps(body).encode()
    odd = draw.random()
    if odd < 0.02:
        return b"[" * 50_000 + text
    if odd < 0.04:
        return text[: draw.randrange(len(text) + 1)]
    return text.replace(b"null", b"NaN") if odd < 0.06 else text


def _post(path: str, body: bytes, content_type: str) -> Fuzzed:
    kind = f"Content-Type: {content_type}\r\n" if content_type else ""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{kind}Content-Length: {len(body)}\r\n\r\n"
    return Fuzzed(head.encode() + body, whole=True)
