"""infra/compose.yaml is what the table says, and says of every container what a careful reader would ask."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.stack.compose import HEAD, compose
from infra.stack.filled import own_ports
from infra.stack.service_table import OURS, SECRETS, SERVICES
from tests.mtl.registry.processes import ROOT

FILE, DOCKERFILE = ROOT / "infra" / "compose.yaml", ROOT / "infra" / "Dockerfile"

KEYS = {
    *("image", "build", "command", "environment", "volumes", "ports", "healthcheck", "depends_on", "restart"),
    *("security_opt", "working_dir", "read_only", "tmpfs"),
}
"""Of a service, as the Compose specification spells them; Compose refuses a file with any other."""


@pytest.fixture(scope="module")
def written() -> dict[str, Any]:
    plain: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return plain


def test_the_file_is_what_the_table_says(written: dict[str, Any]) -> None:
    assert FILE.read_text(encoding="utf-8").startswith(HEAD)
    assert written == compose()
    assert list(written["services"]) == [service.name for service in SERVICES]


def test_it_is_built_of_what_the_specification_has(written: dict[str, Any]) -> None:
    assert set(written) == {"name", "services", "volumes"}
    for service in written["services"].values():
        assert set(service) <= KEYS
        assert all(isinstance(word, str) for word in service["command"])
        assert all(isinstance(value, str) for value in service["environment"].values())
        assert {volume.split(":")[0] for volume in service["volumes"]} <= {*written["volumes"], "./stack/databases.sql"}
        for needed, asked in service.get("depends_on", {}).items():
            assert asked == {"condition": "service_healthy"}
            assert "test" in written["services"][needed]["healthcheck"], f"{needed} never counts as healthy"


def test_what_listens_is_asked_whether_it_is_well_and_is_reached_from_this_machine_alone(
    written: dict[str, Any],
) -> None:
    for name, port in own_ports().items():
        service = written["services"][name]
        assert service["healthcheck"]["test"][0] == "CMD"
        assert str(port) in " ".join(service["healthcheck"]["test"])
        assert all(published == f"127.0.0.1:{port}:{port}" for published in service.get("ports", ()))
    assert "ports" not in written["services"]["postgres"]


def test_no_password_has_a_default_or_is_written_down(written: dict[str, Any]) -> None:
    text = FILE.read_text(encoding="utf-8")
    for name in SECRETS:
        assert f"${{{name}:?" in text
        assert f"${{{name}:-" not in text
    for service in written["services"].values():
        told = {name: value for name, value in service["environment"].items() if "PASSWORD" in name or "AUTH" in name}
        assert all("${" in value for value in told.values()), told
        assert not any("${" in word and ":?" in word for word in service["command"]), "`ps` would show it"


def test_versions_are_pinned_and_containers_may_not_gain_rights(written: dict[str, Any]) -> None:
    for service in written["services"].values():
        assert re.fullmatch(r"[\w-]+:\d+\.\d+[\w.-]*", service["image"])
        assert service["security_opt"] == ["no-new-privileges:true"]
        if service["image"] == OURS:
            assert service["read_only"] is True


def test_the_image_runs_as_a_user_that_is_not_root_on_a_pinned_base() -> None:
    lines = DOCKERFILE.read_text(encoding="utf-8").splitlines()
    assert any(re.fullmatch(r"FROM python:3\.11\.\d+-slim-\w+", line) for line in lines)
    users = [number for number, line in enumerate(lines) if line.startswith("USER ")]
    assert [lines[number] for number in users] == ["USER mtl"]
    assert users[0] < next(number for number, line in enumerate(lines) if line.startswith("CMD"))
    copied = [word for line in lines if line.startswith("COPY") for word in line.split()[1:-1]]
    assert all((ROOT / Path(word)).exists() for word in copied)
    assert "--constraint infra/constraints.txt" in "\n".join(lines)
