"""Requests over so many connections at a time, by wrk where it is there, by asyncio elsewhere."""

import asyncio
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

HEADERS = (
    "POST /invocations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n"
)
UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3}


@dataclass(frozen=True)
class Load:
    """What a server did: requests a second, and the median of their latencies in milliseconds."""

    rate: float
    latency: float


def tool() -> str:
    """What asks."""
    return "wrk" if shutil.which("wrk") else "asyncio"


def load(port: int, body: bytes, connections: int, seconds: int) -> Load:
    """Ask a server on loopback for some seconds. Raises RuntimeError when it answers anything but 200."""
    if tool() == "wrk":
        return _by_wrk(port, body, connections, seconds)
    return asyncio.run(_by_asyncio(port, body, connections, seconds))


def _by_wrk(port: int, body: bytes, connections: int, seconds: int) -> Load:
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "post.lua")
        lines = ["wrk.method = 'POST'", f"wrk.body = [==[{body.decode()}]==]"]
        script.write_text("\n".join([*lines, "wrk.headers['Content-Type'] = 'application/json'"]), encoding="utf-8")
        address = f"http://127.0.0.1:{port}/invocations"
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", str(script), address]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return read_wrk(told)


def read_wrk(told: str) -> Load:
    """What wrk prints. Raises RuntimeError when it had other answers than 200, or none."""
    rate, latency = re.search(r"Requests/sec: +([\d.]+)", told), re.search(r"50% +([\d.]+)(us|ms|s)", told)
    if "Non-2xx" in told or rate is None or latency is None:
        raise RuntimeError(f"not all requests were answered with 200: {told}")
    return Load(float(rate[1]), float(latency[1]) * UNITS[latency[2]])


async def _by_asyncio(port: int, body: bytes, connections: int, seconds: float) -> Load:
    end = time.perf_counter() + seconds
    each = await asyncio.gather(*(_ask_until(end, port, body) for _ in range(connections)))
    took = [latency for latencies in each for latency in latencies]
    return Load(len(took) / seconds, median(took) * 1e3)


async def _ask_until(end: float, port: int, body: bytes) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request, took = HEADERS.format(len(body)).encode() + body, []
    try:
        while (start := time.perf_counter()) < end:
            writer.write(request)
            await _read_answer(reader)
            took.append(time.perf_counter() - start)
    finally:
        writer.close()
        await writer.wait_closed()
    return took


async def _read_answer(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head.lower())
    if b" 200 " not in head.split(b"\r\n")[0] or length is None:
        raise RuntimeError(f"not all requests were answered with 200: {head.decode()}")
    await reader.readexactly(int(length[1]))
