"""From a batch to its task gradients, by how the network shares."""

from mtl.models.batch import Batch
from mtl.models.network import MultiTaskNetwork
from mtl.models.sharing.hard import HardBody
from mtl.training.gradients.many import OfManyRepresentations
from mtl.training.gradients.one import OfOneRepresentation
from mtl.training.gradients.task_gradients import TaskGradients


def task_gradients(network: MultiTaskNetwork, batch: Batch, compared: bool) -> TaskGradients:
    """The forward pass. Its gradients are kept apart by task if they are to be `compared`."""
    if isinstance(network.body, HardBody):
        return OfOneRepresentation(network.heads, network.body, batch)
    return OfManyRepresentations(network, batch, compared)
