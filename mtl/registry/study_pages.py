"""Which studies were made last, and where MLflow's pages show them."""

from collections.abc import Iterator
from dataclasses import dataclass

from mlflow import MlflowClient
from mlflow.entities import Experiment
from mlflow.exceptions import MlflowException

from mtl.registry.client import MISSING, reaching
from mtl.registry.connection import Registry

CLASSIC = "workflowType=machine_learning"
"""Has MLflow's pages show runs and models, not traces of language models."""

MOST = 5


@dataclass(frozen=True)
class RecentStudy:
    """The latest study of a name.

    Attributes:
        title: its run's name, which says what was decided.
        run: the id of its run.
        experiment: the id of all studies of that name.
        registered: whether there is a model of the name.
    """

    name: str
    title: str
    run: str
    experiment: str
    registered: bool

    def pages(self, address: str) -> Iterator[tuple[str, str]]:
        """What there is to see, and its address on MLflow's server at `address`."""
        runs = f"{address}/#/experiments/{self.experiment}/runs"
        yield self.title, f"{runs}/{self.run}?{CLASSIC}"
        yield "its runs side by side", f"{runs}?{CLASSIC}"
        if self.registered:
            yield "its versions", f"{address}/#/models/{self.name}?{CLASSIC}"


def recent_studies(registry: Registry) -> tuple[RecentStudy, ...]:
    """The last few, the latest first.

    Raises:
        RegistryUnreachableError: the registry cannot be reached.
    """
    with reaching(registry, "list its studies") as client:
        experiments = client.search_experiments(max_results=MOST, order_by=["last_update_time DESC"])
        return tuple(study for experiment in experiments if (study := _latest(client, experiment)))


def _latest(client: MlflowClient, experiment: Experiment) -> RecentStudy | None:
    found = client.search_runs(
        [experiment.experiment_id], "tags.level = 'study'", max_results=1, order_by=["attributes.start_time DESC"]
    )
    if not found:
        return None
    run = found[0].info
    registered = _has_model(client, experiment.name)
    return RecentStudy(experiment.name, str(run.run_name), run.run_id, experiment.experiment_id, registered)


def _has_model(client: MlflowClient, name: str) -> bool:
    try:
        client.get_registered_model(name)
    except MlflowException as failure:
        if failure.error_code == MISSING:
            return False
        raise
    return True
