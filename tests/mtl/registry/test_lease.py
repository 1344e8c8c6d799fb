import threading
from contextlib import ExitStack

import pytest
from mlflow import MlflowClient

from mtl.errors import LeaseError
from mtl.registry import Registry, lease
from mtl.registry.lease import LEASES, leased


@pytest.fixture
def client(store: Registry) -> MlflowClient:
    return MlflowClient(store.tracking_uri)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tickets that live for a moment."""
    monkeypatch.setattr(lease, "LIFE", 0.6)
    monkeypatch.setattr(lease, "RENEWAL", 0.2)
    monkeypatch.setattr(lease, "LAST_LOOK", 0.05)


def tickets(client: MlflowClient) -> dict[str, str]:
    return {str(found.version): found.tags["of"] for found in client.search_model_versions(f"name = '{LEASES}'")}


def foreign(client: MlflowClient, of: str) -> str:
    """A ticket of a process on another machine, which is never renewed."""
    with leased(client, "something that makes MLflow know the model", 1.0):
        tags = {"of": of, "owner": "ada@elsewhere, process 1", "process": "another boot/1/1", "beat": "x"}
        return str(client.create_model_version(LEASES, "lease://x", tags=tags).version)


def test_a_lease_is_given_to_one_at_a_time_and_in_the_order_in_which_it_was_asked_for(client: MlflowClient) -> None:
    order: list[int] = []

    def work() -> None:
        with leased(client, "the oven", 60.0) as mine:
            order.append(mine.number)
            assert len([number for number in tickets(client) if int(number) < mine.number]) == 0

    threads = [threading.Thread(target=work) for _ in range(4)]
    with leased(client, "the oven", 60.0) as first:
        first.require()
        for thread in threads:
            thread.start()
        assert order == []
    for thread in threads:
        thread.join()
    assert len(order) == 4
    assert order == sorted(order)
    assert tickets(client) == {}


def test_leases_of_different_things_do_not_wait_for_each_other_and_what_goes_wrong_gives_them_back(
    client: MlflowClient,
) -> None:
    def burn() -> None:
        with leased(client, "the oven", 0.0), leased(client, 'it\'s "the sink"', 0.0):
            assert sorted(tickets(client).values()) == ['it\'s "the sink"', "the oven"]
            raise RuntimeError

    with pytest.raises(RuntimeError):
        burn()
    assert tickets(client) == {}


def test_who_waits_too_long_is_told_who_has_it_and_leaves_no_ticket(client: MlflowClient) -> None:
    ahead = foreign(client, "the oven")
    with pytest.raises(LeaseError, match="another process has the oven: ada@elsewhere, process 1; waited 0 s"):
        leased(client, "the oven", 0.1).__enter__()
    assert list(tickets(client)) == [ahead]


@pytest.mark.usefixtures("hasty")
def test_a_ticket_from_another_machine_that_is_not_renewed_is_removed_in_the_end(client: MlflowClient) -> None:
    ahead = foreign(client, "the oven")
    with leased(client, "the oven", 30.0) as mine:
        assert ahead not in tickets(client)
        assert mine.number > int(ahead)


@pytest.mark.usefixtures("hasty")
def test_a_lease_is_kept_for_as_long_as_it_is_renewed(client: MlflowClient) -> None:
    with leased(client, "the oven", 1.0) as first:
        with pytest.raises(LeaseError, match="another process has the oven"):
            leased(client, "the oven", 3 * lease.LIFE).__enter__()
        first.require()


def test_a_holder_whose_ticket_was_removed_or_that_slept_for_too_long_is_told(
    client: MlflowClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as held:
        one = held.enter_context(leased(client, "the oven", 0.0))
        client.delete_model_version(LEASES, str(one.number))
        with pytest.raises(LeaseError, match="may have the oven; nothing more was changed"):
            one.await_turn(0.0)
    with leased(client, "the oven", 0.0) as other:
        later = lease._clock() + lease.LIFE
        monkeypatch.setattr(lease, "_clock", lambda: later)
        with pytest.raises(LeaseError, match="this process paused"):
            other.require()
