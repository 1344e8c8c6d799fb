"""A service with its blanks filled in: as a process of this machine, or as a container."""

from collections.abc import Mapping
from dataclasses import dataclass

from infra.stack.service_table import SERVICES, Service


@dataclass(frozen=True)
class Place:
    """Where a stack runs, and what it is told.

    Attributes:
        ports: of each service that listens.
        network: whether a service has a host of its own, called as the service is; else all are on loopback.
        data: the folder of data of each service.
        secrets: by the names of `SECRETS`: values, or what stands for them.
        study: `spec`, `study` and `cron`.
    """

    ports: Mapping[str, int]
    network: bool
    data: Mapping[str, str]
    secrets: Mapping[str, str]
    study: Mapping[str, str]

    def fill(self, service: Service, text: str) -> str:
        """A word or value of the table as it is here."""
        names = [name for name in self.ports if name == service.name]
        at = {name: f"{name if self.network else '127.0.0.1'}:{port}" for name, port in self.ports.items()}
        hosts = {
            name: f"{where},127.0.0.1:{self.ports[name]},localhost:{self.ports[name]}" for name, where in at.items()
        }
        return text.format(
            at=at,
            hosts=hosts,
            bind="0.0.0.0" if self.network else "127.0.0.1",
            port=self.ports[names[0]] if names else "",
            data=self.data[service.name],
            secret=self.secrets,
            **self.study,
        )

    def command(self, service: Service) -> list[str]:
        """The words of its command."""
        return [self.fill(service, word) for word in service.command]

    def health(self, service: Service) -> list[str]:
        """The words of the command that asks whether it is well."""
        return [self.fill(service, word) for word in service.health]

    def environment(self, service: Service) -> dict[str, str]:
        """What it is told beside its command."""
        return {name: self.fill(service, value) for name, value in service.environment.items()}


def own_ports() -> dict[str, int]:
    """The ports of the table."""
    return {service.name: service.port for service in SERVICES if service.port is not None}
