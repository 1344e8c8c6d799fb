"""infra/compose.yaml, written from the table: `python -m infra.stack.compose > infra/compose.yaml`."""

import sys
from typing import Any

import yaml

from infra.stack.filled import Place, own_ports
from infra.stack.service_table import OURS, SECRETS, SERVICES, Service

HEAD = """\
# Written by `python -m infra.stack.compose` from infra/stack/service_table.py: change that, not this.
# No container could be built where this was written: the same services were tried as processes (`make stack`).
#   python -m infra.stack.passwords stack.env    # once: generated, for its owner's eyes alone
#   docker compose --env-file stack.env -f infra/compose.yaml up --build --detach
"""

DATA, HOME = "/var/lib/mtl/data", "/var/lib/mtl/home"
POSTGRES_DATA = "/var/lib/postgresql/data"


def compose() -> dict[str, Any]:
    """The file as plain values."""
    place = Place(
        own_ports(),
        network=True,
        data={service.name: _data(service) for service in SERVICES},
        secrets={name: f"${{{name}:?generate it first, see the head of infra/compose.yaml}}" for name in SECRETS},
        study={"spec": "${MTL_SPEC:-reviews}", "study": "${MTL_STUDY:-reviews}", "cron": "${MTL_CRON:-0 3 * * *}"},
    )
    volumes: dict[str, Any] = {_volume(service): {} for service in SERVICES}
    return {"name": "mtl", "services": {service.name: _container(service, place) for service in SERVICES}} | {
        "volumes": volumes
    }


def _container(service: Service, place: Place) -> dict[str, Any]:
    made: dict[str, Any] = {"image": service.image}
    if service.image == OURS:
        made |= {"build": {"context": "..", "dockerfile": "infra/Dockerfile"}, "working_dir": _data(service)}
        made |= {"read_only": True, "tmpfs": ["/tmp"]}
    made |= {"command": place.command(service), "environment": place.environment(service)}
    made["volumes"] = [f"{_volume(service)}:{_data(service)}"]
    if service.image != OURS:
        made["volumes"].append("./stack/databases.sql:/docker-entrypoint-initdb.d/databases.sql:ro")
    if service.port is not None and service.image == OURS:
        made["ports"] = [f"127.0.0.1:{service.port}:{service.port}"]
    made["healthcheck"] = (
        {"test": ["CMD", *place.health(service)], "interval": "10s", "timeout": "10s", "start_period": "120s"}
        if service.health
        else {"disable": True}
    )
    if service.needs:
        made["depends_on"] = {name: {"condition": "service_healthy"} for name in service.needs}
    return made | {"restart": "unless-stopped", "security_opt": ["no-new-privileges:true"]}


def _data(service: Service) -> str:
    if service.image != OURS:
        return POSTGRES_DATA
    return HOME if service.shared else DATA


def _volume(service: Service) -> str:
    return "home" if service.shared else service.name


if __name__ == "__main__":
    sys.stdout.write(HEAD + yaml.safe_dump(compose(), sort_keys=False, width=120))
