"""The Open Inference Protocol: what a client that knows nothing but the protocol sends and is answered."""

from typing import Any

import httpx
import pytest

from mtl.serving.bundle import Bundle
from tests.mtl.serving import bundles
from tests.mtl.serving.test_app import OTHER, ROW, predicted

INFER = "/v2/models/demo/infer"


def tensors(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    kinds = {"age": "FP64", "weight": "INT32", "city": "BYTES", "note": "BYTES"}
    return [
        {"name": name, "shape": [len(rows)], "datatype": kinds[name], "data": [row[name] for row in rows]}
        for name in ROW
    ]


def test_what_there_is_is_told_by_name(client: httpx.Client) -> None:
    assert client.get("/v2/health/live").json() == {"live": True}
    assert client.get("/v2/health/ready").json() == {"ready": True}
    assert client.get("/v2/models/demo/ready").status_code == 200
    assert client.get("/v2/models/other").status_code == 404
    told = client.get("/v2/models/demo").json()
    assert (told["name"], told["versions"]) == ("demo", ["7"])
    assert [tensor["name"] for tensor in told["outputs"]] == list(bundles.OUTPUTS)
    assert {tensor["name"]: tensor["datatype"] for tensor in told["inputs"]} == {
        "age": "FP64", "weight": "FP64", "city": "BYTES", "note": "BYTES",
    }  # fmt: skip


def test_each_output_is_a_tensor(client: httpx.Client, bundle: Bundle) -> None:
    answer = client.post(INFER, json={"id": "42", "inputs": tensors(ROW, OTHER)})
    assert answer.status_code == 200, answer.text
    told, expected = answer.json(), predicted(bundle, ROW, OTHER)
    assert (told["model_name"], told["model_version"], told["id"]) == ("demo", "7", "42")
    assert [tensor["name"] for tensor in told["outputs"]] == list(bundles.OUTPUTS)
    for tensor in told["outputs"]:
        values = [row[tensor["name"]] for row in expected]
        assert tensor["shape"] == [2]
        assert tensor["datatype"] == ("BYTES" if isinstance(values[0], str) else "FP64")
        assert tensor["data"] == (values if tensor["datatype"] == "BYTES" else pytest.approx(values))


def test_columns_may_be_upright_and_outputs_chosen(client: httpx.Client) -> None:
    flat = client.post(INFER, json={"inputs": tensors(ROW, OTHER), "outputs": [{"name": "cost"}]}).json()
    upright = [{**each, "shape": [2, 1], "data": [[cell] for cell in each["data"]]} for each in tensors(ROW, OTHER)]
    assert client.post(INFER, json={"inputs": upright, "outputs": [{"name": "cost"}]}).json() == flat
    assert [tensor["name"] for tensor in flat["outputs"]] == ["cost"]


GOOD = tensors(ROW)


@pytest.mark.parametrize(
    ("body", "part"),
    [
        ([], "an object with 'inputs', a list of tensors"),
        ({"inputs": {}}, "'inputs', a list of tensors"),
        ({"inputs": [{"shape": [1]}]}, "tensor 0 of 'inputs' must have a 'name'"),
        ({"inputs": GOOD[1:]}, "column 'age' is missing"),
        ({"inputs": [*GOOD, GOOD[0]]}, "a name of its own"),
        ({"inputs": [{**GOOD[0], "datatype": "FP8"}, *GOOD[1:]]}, "'datatype' of 'age' must be one of BOOL"),
        ({"inputs": [{**GOOD[0], "datatype": ["FP64"]}, *GOOD[1:]]}, "'datatype' of 'age'"),
        ({"inputs": [{**GOOD[0], "shape": [2]}, *GOOD[1:]]}, "'shape' of 'age' must be [1] or [1, 1]; got [2]"),
        ({"inputs": [{**GOOD[0], "data": 44}, *GOOD[1:]]}, "'data' of 'age' must be a list"),
        ({"inputs": [{**GOOD[0], "data": ["old"]}, *GOOD[1:]]}, "column 'age' expects a number or null"),
        (
            {"inputs": [{**GOOD[0], "shape": [2], "data": [1, 2]}, *GOOD[1:]]},
            "of one length; 'age' has 2, 'weight' has 1",
        ),
        ({"inputs": GOOD, "outputs": [{"name": "costs"}]}, "'outputs' may name ill, stage"),
        ({"inputs": GOOD, "outputs": {"name": "cost"}}, "'outputs' must be a list"),
    ],
)
def test_what_is_wrong_is_named(client: httpx.Client, body: object, part: str) -> None:
    answer = client.post(INFER, json=body)
    assert answer.status_code == 400
    assert part in answer.json()["error"].replace("a JSON object", "an object")
    assert client.post(INFER, content=b"{").status_code == 400
