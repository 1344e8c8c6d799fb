"""`mtl serve` as clients of others see it: `make serving-checks`, where they are all asked, and long."""

import json
import random
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path

import numpy as np
import pytest

from mtl import registry
from mtl.registry import Registry
from mtl.serving.bundle import Bundle, load_bundle
from mtl.serving.compared import plain_columns
from tests.flows.waiting import until
from tests.mtl.serving import bundles
from tests.mtl.serving.fuzzed import Fuzzed, fuzzed
from tests.mtl.serving.served_champion import NAME, ServedChampion, counted, served, versions_in
from tests.mtl.serving.test_app import ROW

pytestmark = pytest.mark.serving

LONGEST = 5.0
"""Seconds that an answer may take."""

CONNECTIONS = 8


@pytest.fixture(scope="module")
def champion(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ServedChampion, Bundle]]:
    folder = tmp_path_factory.mktemp("checked")
    store = Registry.in_folder(folder)
    bundle = bundles.bundle(folder / "bundle", seed=1)
    versions_in(store, [bundle])
    with served(store, folder, ROW) as found:
        yield found, load_bundle(bundle)
        assert found.process.poll() is None, "the server has ended"


def test_a_client_of_the_open_inference_protocol(champion: tuple[ServedChampion, Bundle]) -> None:
    """Triton's own, which knows the protocol and nothing of this server."""
    import tritonclient.http
    from tritonclient.utils import InferenceServerException

    server, bundle = champion
    with tritonclient.http.InferenceServerClient(f"127.0.0.1:{server.port}") as client:
        assert client.is_server_live()
        assert client.is_server_ready()
        assert client.is_model_ready(NAME)
        told = client.get_model_metadata(NAME)
        assert {tensor["name"] for tensor in told["inputs"]} == set(ROW)
        rows = bundles.rows().dropna().reset_index(drop=True)
        cells, inputs = plain_columns(bundle, rows), []
        for tensor in told["inputs"]:
            given = tritonclient.http.InferInput(tensor["name"], [len(rows), 1], tensor["datatype"])
            kind = np.float64 if tensor["datatype"] == "FP64" else np.object_
            given.set_data_from_numpy(np.array(cells[tensor["name"]], dtype=kind).reshape(-1, 1), binary_data=False)
            inputs.append(given)
        asked = [tritonclient.http.InferRequestedOutput(each["name"], binary_data=False) for each in told["outputs"]]
        expected = bundle.predict(rows)
        for outputs in (asked, None):
            answer = client.infer(NAME, inputs, outputs=outputs)
            for name in expected.columns:
                found = answer.as_numpy(name)
                assert found.shape == (len(rows),)
                if found.dtype.kind == "f":
                    np.testing.assert_allclose(found, expected[name], rtol=1e-6)
                else:
                    assert found.tolist() == expected[name].tolist()
        with pytest.raises(InferenceServerException, match="column 'age' is missing"):
            client.infer(NAME, [given for given in inputs if given.name() != "age"])


def test_whatever_schemathesis_makes_of_the_document(champion: tuple[ServedChampion, Bundle]) -> None:
    """Of each path: no 5xx, no status or body that the document does not tell, nothing that takes longer."""
    told = [
        "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
    ]  # fmt: skip
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{champion[0].address}/openapi.json"]
    command += ["--checks", ",".join(told), "--max-response-time", f"{LONGEST}", "--no-color", "--seed", "1"]
    command += ["--phases", "examples,coverage,fuzzing", "--max-examples", str(counted(300, 20))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def test_fuzzed_requests_are_answered_soon_and_never_with_a_fault_of_the_server(
    champion: tuple[ServedChampion, Bundle],
) -> None:
    server, _ = champion
    each = counted(50_000, 2_000) // CONNECTIONS
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        found = list(threads.map(lambda seed: sent(server.port, random.Random(seed), each), range(CONNECTIONS)))
    statuses = Counter(status for counts, _ in found for status in counts.elements())
    assert sum(statuses.values()) == each * CONNECTIONS
    assert [status for status in statuses if status >= 500] == [], statuses
    assert statuses[200] > 0.1 * statuses.total(), statuses  # what is hardly changed is answered
    assert max(longest for _, longest in found) < LONGEST


def sent(port: int, draw: random.Random, count: int) -> tuple[Counter[int], float]:
    """The statuses of so many answers, 0 where a broken request has none, and the longest time that one took."""
    statuses: Counter[int] = Counter()
    longest, left = 0.0, count
    while left:
        with closing(HTTPConnection("127.0.0.1", port, timeout=10 * LONGEST)) as connection:
            connection.connect()
            goes_on = True
            while left and goes_on:
                request, begun = fuzzed(draw), time.perf_counter()
                status, goes_on = answer_to(connection, request)
                longest, left = max(longest, time.perf_counter() - begun), left - 1
                statuses[status] += 1
    return statuses, longest


def answer_to(connection: HTTPConnection, request: Fuzzed) -> tuple[int, bool]:
    """The status of the answer, and whether the connection may be used again."""
    method = request.content.partition(b" ")[0].decode("latin-1")
    try:
        connection.sock.sendall(request.content)
        if not request.whole:
            connection.sock.shutdown(socket.SHUT_WR)
        answer = HTTPResponse(connection.sock, method=method)
        answer.begin()
        answer.read()
    except (ConnectionError, HTTPException, ValueError):
        assert not request.whole, request.content[:300]
        return 0, False
    return answer.status, request.whole and not answer.will_close


def test_each_line_of_the_log_is_json_and_names_the_version_that_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MTL_LOG", "json")
    store = Registry.in_folder(tmp_path)
    made = versions_in(store, [bundles.bundle(tmp_path / f"bundle-{seed}", seed=seed) for seed in (1, 2)])
    with served(store, tmp_path, ROW, "--poll", "0.2") as server:
        assert "2" not in {line.get("version") for line in _lines(server)}
        registry.promote(store, made[1], registry.read_champion(store, NAME), str)
        followed = until(
            lambda: [line for line in _lines(server) if line["message"] == "serving version 2"], "the move is followed"
        )
        server.process.terminate()
        assert server.process.wait(60) == 0
    assert [(line["study"], line["version"], line["level"]) for line in followed] == [(NAME, "2", "info")]


def _lines(server: ServedChampion) -> list[dict[str, str]]:
    """Whole ones, each of which is JSON."""
    text = server.log.read_text(encoding="utf-8")
    return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]
